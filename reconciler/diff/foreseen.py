"""What a target foresees of a plan: fields as they would really change, and what it would refuse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.diff.fields import differences
from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation, Outlook, Preview
from reconciler.model.environment import Environment
from reconciler.model.objects import Live, ObjectKey
from reconciler.model.place import Origin, Place, whole_file
from reconciler.model.plan import Hold, HoldKind
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.reason import Reason

AS_WANTED: Final = Reason("as wanted")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The changes as they would really be, and what the target said of them."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def foreseen(changes: Sequence[Change], preview: Preview, *, environment: Environment) -> Foreseen:
    """The same changes in the same order; one without any effect is kept.

    A refusal is a warning (R920): the object's own change fails when it is carried out, the others go on.
    """
    notes = [_locally(preview.locally, environment)] if preview.locally else []
    problems = [_refused(change, outlook.refusal) for change, outlook in _pairs(changes, preview) if outlook.refusal]
    outlooks = preview.outlooks
    return Foreseen(tuple(_as_foreseen(change, outlooks) for change in changes), in_order([*notes, *problems]))


def ending(changes: Sequence[Change], live: Mapping[ObjectKey, Live]) -> tuple[Hold, ...]:
    """What is being deleted and not gone yet: its namespace, or objects of the plan. It waits, for that ends by itself."""
    going = [found for found in live.values() if found.ending]
    spaces = [found for found in going if found.key.kind == "Namespace"]
    wanted = {change.key for change in changes if change.operation is not Operation.KEEP}
    held = spaces or sorted((found for found in going if found.key in wanted), key=lambda found: found.key)
    return tuple(Hold(HoldKind.TIME, Reason(f"{found.key} is being deleted and not gone yet")) for found in held)


def _pairs(changes: Sequence[Change], preview: Preview) -> list[tuple[Change, Outlook]]:
    return [(change, preview.outlooks[change.key]) for change in changes if change.key in preview.outlooks]


def _as_foreseen(change: Change, outlooks: Mapping[ObjectKey, Outlook]) -> Change:
    outlook = outlooks.get(change.key)
    if outlook is None or outlook.before is None or outlook.after is None:
        return change
    found = differences(outlook.after, outlook.before, kind=kind_of(change.key.kind), exact=True)
    if not found and not change.take_over:
        return replace(change, operation=Operation.KEEP, reason=AS_WANTED, fields=())
    return replace(change, fields=tuple(difference.change for difference in found))


def _refused(change: Change, refusal: Reason) -> Problem:
    return Problem(Severity.WARNING, "R920", _place(change), f"{change.key} would be refused: {refusal.text}")


def _locally(why: str, environment: Environment) -> Problem:
    hint = "defaults and policies of the cluster are not in this plan"
    return Problem(Severity.NOTE, "R921", environment.rule.place, f"{environment} is planned without its target: {why}", hint)


def _place(change: Change) -> Place:
    desired = change.desired
    return (desired.place if desired else None) or change.reason.place or whole_file(Origin(str(change.key)))
