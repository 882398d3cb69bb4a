"""The order in which changes are carried out: the plan's waves, then what is deleted."""

from reconciler.model.change import Change, Operation
from reconciler.model.plan import Plan


def grouped(plan: Plan) -> tuple[tuple[Change, ...], ...]:
    """The changes that touch the target, together where they belong to one wave; deletions last, in the plan's order."""
    by_key = {change.key: change for change in plan.effective if change.operation is not Operation.DELETE}
    groups = [tuple(by_key.pop(key) for key in wave.keys if key in by_key) for wave in plan.waves]
    deleted = tuple(change for change in plan.effective if change.operation is Operation.DELETE)
    return tuple(group for group in (*groups, tuple(by_key.values()), deleted) if group)
