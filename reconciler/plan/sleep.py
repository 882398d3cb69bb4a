"""Put a plan to sleep: what waits until it wakes, what sleep itself waits for, and why objects fall asleep and wake."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from reconciler.diff.missed import Missed
from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation
from reconciler.model.configuration import WorkflowName
from reconciler.model.ids import AppName
from reconciler.model.instant import instant_text
from reconciler.model.objects import AWAKE_REPLICAS, LiveObjects, ObjectKey
from reconciler.model.plan import Hold, HoldKind, Plan
from reconciler.model.reason import Reason
from reconciler.model.record import Record
from reconciler.model.times import Times
from reconciler.model.windows import Level, State
from reconciler.plan.holds import Asked

Workflows = Mapping[AppName, WorkflowName]


def turns(record: Record | None, times: Times) -> bool:
    """Whether the environment is to fall asleep or to wake."""
    return record is not None and (record.sleep is not None) is not times.asleep


def as_it_is(times: Times, record: Record | None, *, hold: Hold) -> Times:
    """The times of an environment that is to fall asleep or to wake and must not yet."""
    sleeps = State.ASLEEP if record and record.sleep else State.AWAKE
    pause = replace(times.pause, state=sleeps, since=None, until=None, reason=hold.reason, declaration=None)
    return replace(times, pause=pause)


def by_word(times: Times, asked: Asked) -> bool:
    """Whether a person asks for just this environment, by the command or by an override: that waits for nobody's turn."""
    return asked.by_name or any(one.decides and one.level is Level.OVERRIDE for one in times.pause.considered)


def without_tasks(workflows: Workflows) -> Workflows:
    """What runs asleep: nothing; the newest workflow runs on waking, from its first step (design 8.4)."""
    return dict.fromkeys(workflows, WorkflowName.NONE)


def awaiting_waking(workflows: Workflows, times: Times) -> tuple[Hold, ...]:
    """The workflows that would run if it were awake."""
    waiting = [f"{workflow} of {name}" for name, workflow in workflows.items() if workflow is not WorkflowName.NONE]
    if not times.asleep or not waiting:
        return ()
    text = f"{', '.join(waiting)} waits until it wakes: {times.pause.reason.text}"
    return (Hold(HoldKind.TIME, Reason(text, times.pause.reason.place), times.pause.until, partly=True),)


def awaiting_jobs(record: Record | None, live: LiveObjects, *, times: Times, at_most: timedelta) -> tuple[Hold, ...]:
    """Jobs that run when it is time to sleep: they are left to end, but not for ever."""
    running = [found.key for found in live.owned() if found.running]
    if not times.asleep or not running or record is None or record.sleep is not None:
        return ()
    latest = (times.pause.since or record.born) + at_most
    if latest <= times.at:
        return ()
    text = f"sleep waits for {', '.join(map(str, running))} to end, at the latest until {instant_text(latest)}"
    return (Hold(HoldKind.TIME, Reason(text), latest),)


def only_suspending(plan: Plan) -> Plan:
    """The plan without any change but those that tell something to start nothing more."""
    held = tuple(change for change in plan.effective if not _suspends(change))
    kept = tuple(change for change in plan.changes if change.operation is Operation.KEEP or _suspends(change))
    return replace(plan, changes=kept, held=(*plan.held, *held))


def _suspends(change: Change) -> bool:
    return change.operation is Operation.UPDATE and kind_of(change.key.kind).suspend is not None


def awaiting_starts(starts: Iterable[Missed]) -> tuple[Hold, ...]:
    """Cron jobs that wake later than the rest, or a start that fell into sleep would be made up for."""
    words = "stays suspended until nobody makes up for its start of"
    told = ((Reason(f"{one.key} {words} {instant_text(one.start)}, when it slept"), one.until) for one in starts)
    return tuple(Hold(HoldKind.TIME, reason, until, partly=True) for reason, until in told)


def with_reasons(
    changes: Iterable[Change], record: Record | None, *, times: Times, late: Collection[ObjectKey]
) -> tuple[Change, ...]:
    """The changes, of which those that put to sleep or wake say why; `late` are objects that may wake after the rest."""
    turned = turns(record, times)
    return tuple(_turned(change, times) if turned or change.key in late else change for change in changes)


def _turned(change: Change, times: Times) -> Change:
    turned = [field for field in change.fields if _is_about_sleep(change, field.path)]
    if change.operation is not Operation.UPDATE or not turned:
        return change
    did = "put to sleep" if times.pause.state is State.ASLEEP else "woken"
    beside = f"; {change.reason.text} besides" if len(change.fields) > len(turned) else ""
    return replace(change, reason=Reason(f"{did}: {times.pause.reason.text}{beside}", times.pause.reason.place))


def _is_about_sleep(change: Change, path: str) -> bool:
    kind = kind_of(change.key.kind)
    paths = [".".join(pattern) for pattern in (kind.replicas, kind.suspend) if pattern is not None]
    return path in paths or AWAKE_REPLICAS in path
