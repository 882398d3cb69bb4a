"""The spans of each form of window, around clock changes as design 8.3 says."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from reconciler.model.windows import Form, Period, Recurring, WallSpan, Weekend
from reconciler.model.zone import Zone
from reconciler.windows.clock import instant_of, is_plain, midnight, occurrences, shown
from reconciler.windows.spans import Span, union

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SATURDAY = 5


def spans_of(form: Form, zone: Zone, *, within: Span) -> Iterator[Span]:
    """Every span of the form that touches `within`, and perhaps some beside it; they may overlap."""
    match form:
        case WallSpan():
            walls = wall_spans(form, _days(zone, within, reach=4))
            return (Span(instant_of(begin, zone), instant_of(end, zone)) for begin, end in walls)
        case Weekend():
            saturdays = (day for day in _days(zone, within, reach=3) if day.weekday() == _SATURDAY)
            return (Span(midnight(day, zone), midnight(day + 2 * _DAY, zone)) for day in saturdays)
        case Recurring():
            days = (day for day in _days(zone, within, reach=form.duration.days + 2) if form.cron.on(day))
            return (span for day in days for span in _of_day(form, day, zone=zone))
        case Period():
            return iter((Span(instant_of(form.begins, zone), instant_of(form.ends, zone)),))


def wall_spans(form: WallSpan, days: Iterable[date]) -> Iterator[tuple[datetime, datetime]]:
    """The spans that begin on these days, as the wall shows their ends."""
    for day in days:
        if day.weekday() in form.days:
            yield datetime.combine(day, form.begins), _end(form, day)


def begins(form: Recurring, day: date, *, zone: Zone) -> tuple[datetime, ...]:
    """Every instant at which the expression fires on a local day that it names."""
    walls = [datetime.combine(day, time()) + minute * _MINUTE for minute in form.cron.minutes]
    if form.cron.elapsed:
        return tuple(sorted(instant for wall in walls for instant in occurrences(wall, zone)))
    return tuple(instant_of(wall, zone) for wall in walls)


@lru_cache(maxsize=1024)
def openings(form: Recurring) -> tuple[tuple[timedelta, timedelta], ...]:
    """When the window opens and closes on a day without a clock change, after midnight; what touches is one opening."""
    start = datetime.combine(date(2000, 1, 1), time())
    spans = union(Span(start + minute * _MINUTE, start + minute * _MINUTE + form.duration) for minute in form.cron.minutes)
    return tuple((span.begin - start, span.end - start) for span in spans)


def _of_day(form: Recurring, day: date, *, zone: Zone) -> Iterator[Span]:
    if is_plain(day, zone):
        start = midnight(day, zone)
        return (Span(start + begin, start + end) for begin, end in openings(form))
    return (Span(begin, begin + form.duration) for begin in begins(form, day, zone=zone))


def _end(form: WallSpan, day: date) -> datetime:
    end = day if form.begins < form.ends else day + _DAY
    while form.keep_paused and end.weekday() >= _SATURDAY:
        end += _DAY
    return datetime.combine(end, form.ends)


def _days(zone: Zone, within: Span, *, reach: int) -> Iterator[date]:
    """The local days on which spans may begin that touch `within`, where none lasts longer than `reach` days."""
    day, last = shown(within.begin, zone).date() - reach * _DAY, shown(within.end, zone).date() + _DAY
    while day <= last:
        yield day
        day += _DAY
