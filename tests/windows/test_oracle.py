"""The room and the naive judge turn at the same minutes, around every clock change and for any declaration."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile

import pytest

from reconciler.model.cron import Cron
from reconciler.model.place import Origin, whole_file
from reconciler.model.windows import DatedException, Form, Level, PauseWindow, Period, Recurring, State, WallSpan, Weekend
from reconciler.model.zone import Zone
from reconciler.windows.joining import timeline_of
from reconciler.windows.timeline import Timeline, edges_after
from tests.windows.oracle import MINUTE, Minute, minutes, turns
from tests.windows.transitions import Transition, all_transitions, shapes

PLACE = whole_file(Origin("schedules.yaml"))
SHAPES = [pytest.param(zone, one, id=f"{zone}-{one.at:%Y-%m-%d}") for zone, one in shapes()]


def window(form: WallSpan | Weekend | Recurring, zone: Zone, *, exceptions: tuple[DatedException, ...] = ()) -> PauseWindow:
    """A pause window of this form."""
    return PauseWindow(place=PLACE, name="nights", level=Level.BINDING, form=form, zone=zone, exceptions=exceptions)


def on(day: date, state: State) -> DatedException:
    """An exception."""
    return DatedException(place=PLACE, date=day, state=state)


def clock(wall: datetime, ahead: int) -> time:
    """The time of day some minutes after a wall time."""
    return (wall + ahead * MINUTE).time()


def cases(change: Transition) -> Iterator[tuple[Form, tuple[DatedException, ...]]]:
    """Forms whose boundaries fall into the change, just before it and just after it."""
    old, new = ((change.at + offset).replace(tzinfo=None) for offset in (change.before, change.after))
    low, high = min(old, new), max(old, new)
    yield WallSpan(clock(low, 15), clock(high, -15)), ()
    yield WallSpan(clock(high, -10), clock(low, 10)), ()
    yield WallSpan(clock(low, 0), clock(high, 0), keep_paused=True), (on(old.date(), State.AWAKE),)
    yield WallSpan(time(19), time(7), frozenset(range(5)), keep_paused=True), (on(new.date(), State.ASLEEP),)
    yield Weekend(), ()
    inside = clock(low, 20)
    yield Recurring(Cron(f"{inside.minute} {inside.hour} * * *"), timedelta(minutes=75)), ()
    yield Recurring(Cron(f"{low.minute},{inside.minute} {low.hour},{high.hour} * * *"), timedelta(minutes=7)), ()
    yield Recurring(Cron("*/20 */3 * * *"), timedelta(minutes=11)), ()
    yield Recurring(Cron(f"*/30 {inside.hour} * * *"), timedelta(hours=1)), ()


def bounds(change: Transition) -> tuple[datetime, datetime]:
    """From some hours before a change to more than a day after it."""
    return change.at - timedelta(hours=5), change.at + timedelta(hours=26)


def walk(zone: Zone, change: Transition) -> Sequence[Minute]:
    """The minutes around a change; the judge begins a little earlier, for what is open then."""
    since, end = bounds(change)
    return tuple(minutes(zone, since - timedelta(hours=2), end=end))


def turned(timeline: Timeline, since: datetime, *, end: datetime) -> list[datetime]:
    """Where the room turns."""
    return list(takewhile(lambda edge: edge < end, edges_after(timeline, since)))


def check(zone: Zone, change: Transition, *, walked: Sequence[Minute]) -> None:
    """The room turns where the judge turns."""
    since, end = bounds(change)
    for form, exceptions in cases(change):
        assert not isinstance(form, Period)
        timeline = timeline_of(window(form, zone, exceptions=exceptions))
        assert turned(timeline, since, end=end) == turns(form, walked, exceptions=exceptions, since=since), (zone, change, form)


@pytest.mark.parametrize(("zone", "change"), SHAPES)
def test_windows_turn_where_the_judge_turns_around_a_change_of_each_shape(zone: Zone, change: Transition) -> None:
    check(zone, change, walked=walk(zone, change))


@pytest.mark.parametrize("name", ["Pacific/Apia", "Europe/Dublin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Beirut"])
def test_windows_turn_where_the_judge_turns_in_zones_of_odd_habits(name: str) -> None:
    changes = [one for zone, one in all_transitions() if zone.name == name and 2005 < one.at.year < 2013]
    for change in changes[-4:]:
        check(Zone(name), change, walked=walk(Zone(name), change))


@pytest.mark.slow
@pytest.mark.parametrize("year", range(1990, 2038))
def test_windows_turn_where_the_judge_turns_around_every_change_of_every_zone(year: int) -> None:
    judged: dict[Transition, tuple[Sequence[Minute], list[list[datetime]]]] = {}
    for zone, change in all_transitions():
        if change.at.year != year:
            continue
        since, end = bounds(change)
        if change not in judged:
            walked = walk(zone, change)
            judged[change] = (walked, [turns(form, walked, exceptions=days, since=since) for form, days in cases(change)])
        walked, expected = judged[change]
        assert walked[0].at.astimezone(zone.info).replace(tzinfo=None) == walked[0].local
        for (form, exceptions), wanted in zip(cases(change), expected, strict=True):
            assert not isinstance(form, Period)
            timeline = timeline_of(window(form, zone, exceptions=exceptions))
            assert turned(timeline, since, end=end) == wanted, (zone, change, form)
