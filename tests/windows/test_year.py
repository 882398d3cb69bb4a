"""A year of sleep in three zones: the picture of `year-2026.txt`, one line a day, one mark an hour of UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, whole_file
from reconciler.model.windows import DatedException, Declarations, EnvironmentFacts, Level, PauseWindow, State, WallSpan
from reconciler.model.zone import Zone
from reconciler.windows.changes import asleep_between
from reconciler.windows.spans import Span
from tests.windows.oracle import minutes, turns

PICTURE = Path(__file__).parent / "year-2026.txt"
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
PLACE = whole_file(Origin("schedules.yaml"))
FACTS = EnvironmentFacts(AppName("frontend"), "feature/login", EnvironmentType.EPHEMERAL)
HOUR = timedelta(hours=1)
YEAR = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def nights(zone: str) -> PauseWindow:
    """Nights that begin on weekdays at 19:30 and are kept over weekends, with a long day in May and a day of rest in December."""
    form = WallSpan(time(19, 30), time(7), frozenset(range(5)), keep_paused=True)
    days = ((date(2026, 5, 14), State.AWAKE), (date(2026, 12, 24), State.ASLEEP))
    exceptions = tuple(DatedException(place=PLACE, date=day, state=state) for day, state in days)
    return PauseWindow(place=PLACE, name="nights", level=Level.BINDING, form=form, zone=Zone(zone), exceptions=exceptions)


def asleep(zone: str) -> tuple[Span, ...]:
    """The spans of sleep of the year."""
    declared = Declarations(pause=(nights(zone),))
    return asleep_between(declared, FACTS, start=YEAR.begin, end=YEAR.end)


def marks(zone: str) -> Iterator[str]:
    """`#` for an hour asleep, `.` for one awake, `+` for one that is both."""
    spans, at = list(asleep(zone)), YEAR.begin
    while at < YEAR.end:
        while spans and spans[0].end <= at:
            spans.pop(0)
        inside = min(spans[0].end, at + HOUR) - max(spans[0].begin, at) if spans else timedelta()
        yield "#" if inside == HOUR else "+" if inside > timedelta() else "."
        at += HOUR


def picture() -> str:
    """The three zones side by side."""
    columns = [list(marks(zone)) for zone in ZONES]
    lines = [" " * 15 + "  ".join(f"{zone:<24}" for zone in ZONES).rstrip()]
    for day in range((YEAR.end - YEAR.begin).days):
        hours = ("".join(column[24 * day : 24 * day + 24]) for column in columns)
        lines.append(f"{YEAR.begin + timedelta(days=day):%Y-%m-%d %a} " + "  ".join(hours))
    return "\n".join(lines) + "\n"


def test_the_year_looks_as_its_picture() -> None:
    assert picture() == PICTURE.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_the_judge_who_walks_through_the_year_turns_at_the_same_minutes(zone: str) -> None:
    window = nights(zone)
    walk = tuple(minutes(Zone(zone), YEAR.begin - timedelta(days=1), end=YEAR.end))
    edges = [edge for span in asleep(zone) for edge in span if YEAR.begin < edge < YEAR.end]
    assert edges == turns(window.form, walk, exceptions=window.exceptions, since=YEAR.begin)
