"""The prune guard: a plan that deletes too much waits for a person (design 9.2)."""

from collections.abc import Sequence
from typing import Final

from reconciler.diff.tasks import is_task
from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation
from reconciler.model.objects import LiveObjects
from reconciler.model.plan import Hold, HoldKind
from reconciler.model.reason import Reason
from reconciler.model.settings import PruneLimits

COUNTED_FROM: Final = 10
"""Owned objects from which on the percentage counts: below it, one of two would be half."""

_NAMED: Final = 5
_ADVICE: Final = "if that is not meant, bring back what was removed"


def guard(changes: Sequence[Change], live: LiveObjects, *, limits: PruneLimits, teardown: bool = False) -> tuple[Hold, ...]:
    """What holds the plan for a person; nothing in a teardown, which a person or a gone branch asked for.

    Jobs are neither deleted objects nor owned ones here.
    """
    if teardown:
        return ()
    deleted = [change for change in changes if change.operation is Operation.DELETE and not is_task(change.key)]
    owned = sum(not is_task(found.key) for found in live.owned())
    wanted = any(change.desired is not None and not is_task(change.key) for change in changes)
    reasons = (_empty(deleted, owned, wanted=wanted), *_too_many(deleted, owned, limits=limits), _precious(deleted))
    return tuple(Hold(HoldKind.PERSON, Reason(reason)) for reason in reasons if reason is not None)


def _empty(deleted: Sequence[Change], owned: int, *, wanted: bool) -> str | None:
    if wanted or not deleted or len(deleted) < owned:
        return None
    return f"nothing is wanted any more, and all {owned} objects would be deleted ({_names(deleted)}); {_ADVICE}"


def _too_many(deleted: Sequence[Change], owned: int, *, limits: PruneLimits) -> tuple[str | None, ...]:
    count = len(deleted)
    over = f"{count} of {owned} objects would be deleted ({_names(deleted)})"
    many = f"{over}, more than `prune.at_most: {limits.at_most}` allows; {_ADVICE}"
    share = f"{over}, more than `prune.at_most_percent: {limits.at_most_percent}` allows; {_ADVICE}"
    return (
        many if count > limits.at_most else None,
        share if owned >= COUNTED_FROM and count * 100 > limits.at_most_percent * owned else None,
    )


def _precious(deleted: Sequence[Change]) -> str | None:
    lost = [change for change in deleted if kind_of(change.key.kind).precious]
    if not lost:
        return None
    return f"{_names(lost)} would be deleted outside a teardown, and what it holds with it; {_ADVICE}"


def _names(changes: Sequence[Change]) -> str:
    named = ", ".join(str(change.key) for change in changes[:_NAMED])
    more = len(changes) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
