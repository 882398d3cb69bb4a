"""Declarations that nobody would write: the room and the naive judge agree on them too."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.cron import Cron
from reconciler.model.errors import BadValue
from reconciler.model.place import Origin, whole_file
from reconciler.model.windows import DatedException, Level, PauseWindow, Recurring, State, WallSpan, Weekend
from reconciler.model.zone import Zone
from reconciler.windows.joining import timeline_of
from reconciler.windows.spans import Span
from reconciler.windows.timeline import AnyOf, Leaf, Timeline, Without, between, holds, stretch
from tests.windows.oracle import MINUTE, minutes, turns
from tests.windows.transitions import Transition, all_transitions

PLACE = whole_file(Origin("schedules.yaml"))
ODD = {
    "Pacific/Apia",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Gaza",
    "Africa/Casablanca",
    "America/Caracas",
}
CHANGES = [pair for pair in all_transitions() if pair[0].name in ODD]

walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
wall_spans = st.builds(WallSpan, walls, walls, st.frozensets(st.integers(0, 6), min_size=1), st.booleans())
fields = (
    st.sampled_from(["0", "15,45", "*", "*/7", "30", "10-20"]),
    st.sampled_from(["0", "1,2,3", "*", "*/5", "22-23", "0-23"]),
    st.sampled_from(["*", "1,15", "31", "*/2"]),
    st.sampled_from(["*", "*/3", "1-12"]),
    st.sampled_from(["*", "1-5", "0,6", "7"]),
)
crons = st.tuples(*fields).map(" ".join).map(Cron)
durations = st.integers(1, 60 * 60).map(lambda count: count * MINUTE)
forms = st.one_of(
    wall_spans.filter(lambda form: form.begins != form.ends), st.just(Weekend()), st.builds(Recurring, crons, durations)
)


def window(form: WallSpan | Weekend | Recurring, zone: Zone, *, days: dict[date, State]) -> PauseWindow:
    """A window with exceptions."""
    exceptions = tuple(DatedException(place=PLACE, date=day, state=state) for day, state in days.items())
    return PauseWindow(place=PLACE, name="any", level=Level.BINDING, form=form, zone=zone, exceptions=exceptions)


@settings(max_examples=60, deadline=None)
@given(form=forms, change=st.sampled_from(CHANGES), state=st.sampled_from(State), days=st.integers(-1, 1))
def test_any_declaration_turns_where_the_judge_turns(
    *, form: WallSpan | Weekend | Recurring, change: tuple[Zone, Transition], state: State, days: int
) -> None:
    zone, at = change[0], change[1].at
    begin, end = at - timedelta(hours=7), at + timedelta(hours=30)
    excepted = {(at + timedelta(days=days)).date(): state}
    one = window(form, zone, days=excepted)
    walk = tuple(minutes(zone, begin - timedelta(hours=61), end=end))
    found = [edge for span in between(timeline_of(one), Span(begin, end)) for edge in span if begin < edge < end]
    assert found == turns(form, walk, exceptions=one.exceptions, since=begin)


@settings(max_examples=60, deadline=None)
@given(first=forms, second=forms, zone=st.sampled_from([Zone(name) for name in sorted(ODD)]), hours=st.integers(0, 24 * 800))
def test_since_and_until_bound_exactly_the_stretch_that_holds(
    *, first: WallSpan | Weekend | Recurring, second: WallSpan | Weekend | Recurring, zone: Zone, hours: int
) -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours, minutes=7)
    timelines: list[Timeline] = [Leaf(first, zone), Leaf(second, zone)]
    for timeline in (AnyOf(tuple(timelines)), Without(timelines[0], timelines[1])):
        found = stretch(timeline, at)
        assert found.on == holds(timeline, at)
        if found.since is not None:
            assert holds(timeline, found.since) == found.on != holds(timeline, found.since - timedelta(microseconds=1))
        if found.until is not None:
            assert holds(timeline, found.until - timedelta(microseconds=1)) == found.on != holds(timeline, found.until)
        begin, end = found.since or at - timedelta(days=700), found.until or at + timedelta(days=700)
        assert between(timeline, Span(begin, end)) == ((Span(begin, end),) if found.on else ())


@settings(max_examples=40, deadline=None)
@given(form=forms, zone=st.sampled_from([Zone(name) for name in sorted(ODD)]), month=st.integers(0, 60))
def test_spans_neither_touch_nor_overlap_whatever_the_months_they_cross(
    form: WallSpan | Weekend | Recurring, zone: Zone, month: int
) -> None:
    start = datetime(2020 + month // 12, month % 12 + 1, 17, tzinfo=UTC)
    spans = between(Leaf(form, zone), Span(start, start + timedelta(days=100)))
    assert all(left.end < right.begin for left, right in pairwise(spans))


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=30) | st.text(alphabet="0123456789*/,-#LW @", max_size=24))
def test_any_text_is_a_cron_or_a_bad_value(text: str) -> None:
    with contextlib.suppress(BadValue):
        assert str(Cron(text)) == text
