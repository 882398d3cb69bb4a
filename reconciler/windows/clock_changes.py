"""Boundaries of windows that fall into a clock change: which, when, and what happens to them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from reconciler.model.problem import Problem, Severity
from reconciler.model.windows import ApplyWindow, Form, PauseWindow, Period, Recurring, WallSpan, Weekend
from reconciler.model.zone import Zone
from reconciler.windows.clock import instant_of, is_plain, occurrences, shown
from reconciler.windows.forms import wall_spans
from reconciler.windows.spans import Span
from reconciler.windows.words import moment

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_MONDAY: Final = 0


def falls_into(window: PauseWindow | ApplyWindow, within: Span) -> Iterator[Problem]:
    """R823 and R824, one of each at most: the first change that matters, and how many follow."""
    zone = window.zone
    odd = [(wall, occurrences(wall, zone)) for wall in _walls(window.form, zone, within=within)]
    odd = [(wall, instants) for wall, instants in odd if len(instants) != 1]
    if odd:
        wall, instants = odd[0]
        what = (
            "is there twice; the first counts" if instants else f"does not exist; {moment(instant_of(wall, zone), zone)} counts"
        )
        more = f", and {len(odd) - 1} more within two years" if len(odd) > 1 else ""
        message = f"window {window.name!r}: {wall:%Y-%m-%d %H:%M} in {zone} {what}{more}"
        hint = "move the time out of the hour in which the clocks change, where that matters"
        yield Problem(Severity.NOTE, "R824", window.place, message, hint)
    yield from _swallowed(window, within)


def _swallowed(window: PauseWindow | ApplyWindow, within: Span) -> Iterator[Problem]:
    """R823: a span on the wall of which a gap leaves nothing."""
    form, zone = window.form, window.zone
    if not isinstance(form, WallSpan) or form.begins > form.ends:
        return
    for day in _odd_days(zone, shown(within.begin, zone).date(), last=shown(within.end, zone).date()):
        begin, end = (instant_of(datetime.combine(day, clock), zone) for clock in (form.begins, form.ends))
        if day.weekday() in form.days and begin == end:
            message = f"window {window.name!r}: the clock of {zone} jumps over the whole of it on {day}"
            yield Problem(Severity.WARNING, "R823", window.place, message, "move its times, where that day matters")
            return


def _walls(form: Form, zone: Zone, *, within: Span) -> Iterator[datetime]:
    """The wall times on days of clock changes at which the form begins or ends."""
    days = _odd_days(zone, shown(within.begin, zone).date(), last=shown(within.end, zone).date())
    match form:
        case WallSpan():
            yield from (wall for day in days for wall in _ends_on(form, day))
        case Weekend():
            yield from (datetime.combine(day, time()) for day in days if day.weekday() in {_SATURDAY, _MONDAY})
        case Recurring():
            yield from (wall for day in days if form.cron.on(day) and not form.cron.elapsed for wall in _fixed(form, day))
        case Period():
            yield from (form.begins, form.ends)


def _ends_on(form: WallSpan, day: date) -> list[datetime]:
    """The wall times on a day at which a span begins or ends."""
    walls = (wall for span in wall_spans(form, (day - back * _DAY for back in range(5))) for wall in span)
    return sorted(wall for wall in walls if wall.date() == day)


def _fixed(form: Recurring, day: date) -> Iterator[datetime]:
    """The times of an expression that follows the wall; one on elapsed time minds no change."""
    return (datetime.combine(day, time()) + timedelta(minutes=minute) for minute in form.cron.minutes)


@lru_cache(maxsize=1024)
def _odd_days(zone: Zone, first: date, *, last: date) -> tuple[date, ...]:
    """The local days on which wall times are missing or doubled."""
    days = (first + count * _DAY for count in range((last - first).days + 1))
    return tuple(day for day in days if not is_plain(day, zone))
