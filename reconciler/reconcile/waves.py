"""The order in which changes are carried out: the plan's waves, then what is deleted."""

from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation
from reconciler.model.plan import Plan


def grouped(plan: Plan) -> tuple[tuple[Change, ...], ...]:
    """The changes that touch the target, together where they belong to one wave; deletions last, in the plan's order.

    Deletions that must precede a change come first of all.
    """
    by_key = {change.key: change for change in plan.effective if change.operation is not Operation.DELETE}
    groups = [tuple(by_key.pop(key) for key in wave.keys if key in by_key) for wave in plan.waves]
    deleted = [change for change in plan.effective if change.operation is Operation.DELETE]
    first = tuple(change for change in deleted if kind_of(change.key.kind).goes_first)
    last = tuple(change for change in deleted if change not in first)
    return tuple(group for group in (first, *groups, tuple(by_key.values()), last) if group)
