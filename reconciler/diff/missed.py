"""Starts of cron jobs that fell into sleep: a cron job wakes once nobody would make up for them any more."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from reconciler.diff.asleep import suspended
from reconciler.kinds.table import kind_of
from reconciler.model.cron import Cron
from reconciler.model.errors import BadValue
from reconciler.model.objects import Desired, LiveObjects, Manifest, ObjectKey

_MINUTE: Final = timedelta(minutes=1)
_INSTANT: Final = timedelta(microseconds=1)
_APART: Final = timedelta(seconds=5)
"""How far the clocks of a target and of this machine may be apart."""


@dataclass(frozen=True, slots=True)
class Missed:
    """The last start of a cron job that fell into sleep, and the instant from which nobody makes up for it."""

    key: ObjectKey
    start: datetime
    until: datetime


def missed(objects: Iterable[Desired], live: LiveObjects, *, woke: datetime | None, now: datetime) -> tuple[Missed, ...]:
    """The starts before `woke` that a cron job suspended until now would run late if it were woken now.

    A controller makes up for the newest start that is at most `startingDeadlineSeconds` old, whether or not the cron job was
    suspended then (Kubernetes, CronJob, "Schedule suspension"). So each waits just long enough, and no start after `woke`
    is lost: it is younger than that.
    """
    if woke is None:
        return ()
    found = (_missed(desired, woke=woke, now=now) for desired in objects if _is_suspended(desired, live))
    return tuple(one for one in found if one is not None)


def still_suspended(objects: Iterable[Desired], starts: Sequence[Missed]) -> tuple[Desired, ...]:
    """The objects, of which the cron jobs of these starts stay suspended."""
    waiting: Collection[ObjectKey] = {one.key for one in starts}
    return tuple(suspended(desired) if desired.key in waiting else desired for desired in objects)


def _is_suspended(desired: Desired, live: LiveObjects) -> bool:
    path = kind_of(desired.key.kind).suspend
    found = live.objects.get(desired.key)
    if path is None or found is None or found.manifest is None:
        return False
    value: object = found.manifest
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value is True


def _missed(desired: Desired, *, woke: datetime, now: datetime) -> Missed | None:
    spec: Manifest = desired.manifest["spec"]
    late = timedelta(seconds=spec["startingDeadlineSeconds"]) + _APART
    start = _last_start(str(spec["schedule"]), before=woke, after=now - late)
    return Missed(desired.key, start, start + late) if start is not None else None


def _last_start(schedule: str, *, before: datetime, after: datetime) -> datetime | None:
    minute = (before - _INSTANT).astimezone(UTC).replace(second=0, microsecond=0)
    while minute > after:
        if _starts(schedule, minute):
            return minute
        minute -= _MINUTE
    return None


def _starts(schedule: str, minute: datetime) -> bool:
    """Whether a schedule names this minute; of one in a grammar of the controller's own every minute may be named."""
    try:
        cron = Cron(schedule)
    except BadValue:
        return True
    return cron.on(minute.date()) and 60 * minute.hour + minute.minute in cron.minutes
