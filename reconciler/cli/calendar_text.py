"""A calendar of windows as lines for a terminal: a row for each local day, a mark for each half of an hour."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from reconciler.model.windows import Gate
from reconciler.model.zone import Zone
from reconciler.plan.window_documents import Calendar
from reconciler.windows.clock import instant_of, shown
from reconciler.windows.spans import Span

_DAY: Final = timedelta(days=1)
_CELL: Final = timedelta(minutes=30)
_CELLS: Final = 48
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ASLEEP, _CLOSED, _AWAKE, _OUTSIDE = "█", "░", "·", " "
LEGEND: Final = f"{_ASLEEP} asleep  {_CLOSED} awake, no changes are applied  {_AWAKE} awake"


def calendar_lines(found: Calendar, zone: Zone) -> Iterator[str]:
    """The environment, a scale of hours, and its days as the zone's clock shows them; a mark tells how its half hour begins."""
    yield f"{found.timed.life.environment}  ({zone.name})"
    yield f"{'':<15}" + "".join(f"{hour:<6}" for hour in range(0, 24, 3))
    day, last = shown(found.begin, zone).date(), shown(found.end, zone).date()
    while day <= last:
        row = "".join(_mark(found, instant) for instant in _cells(day, zone)).rstrip()
        if row:
            yield f"{_DAYS[day.weekday()]} {day} {row}"
        day += _DAY


def _cells(day: date, zone: Zone) -> Iterator[datetime]:
    begin = datetime.combine(day, time())
    return (instant_of(begin + number * _CELL, zone) for number in range(_CELLS))


def _mark(found: Calendar, instant: datetime) -> str:
    if not found.begin <= instant < found.end:
        return _OUTSIDE
    if _within(found.asleep, instant):
        return _ASLEEP
    return _CLOSED if _within(found.closed.get(Gate.APPLY, ()), instant) else _AWAKE


def _within(spans: Sequence[Span], instant: datetime) -> bool:
    return any(span.begin <= instant < span.end for span in spans)
