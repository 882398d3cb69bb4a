"""The naive judge: walks through every minute, knows nothing of boundaries, and shares no code with the room it judges."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from reconciler.model.windows import DatedException, Form, Period, Recurring, State, WallSpan, Weekend
from reconciler.model.zone import Zone

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@dataclass(frozen=True)
class Minute:
    """An instant, what the clock shows, and the latest that any clock before it has shown.

    A clock that is set back shows nothing new until it has caught up, so what follows the wall waits there for `latest`.
    """

    at: datetime
    local: datetime
    latest: datetime


def minutes(zone: Zone, begin: datetime, *, end: datetime) -> Iterator[Minute]:
    """Every minute from one instant to another."""
    at, latest = begin, datetime.combine(date(1900, 1, 1), time())
    while at < end:
        local = at.astimezone(zone.info).replace(tzinfo=None)
        latest = max(latest, local)
        yield Minute(at, local, latest)
        at += MINUTE


def turns(form: Form, walk: Sequence[Minute], *, exceptions: Sequence[DatedException] = (), since: datetime) -> list[datetime]:
    """The minutes after `since` at which the window turns; `walk` begins long enough before it."""
    days = {one.date: one.state is State.ASLEEP for one in exceptions}
    found, before = [], None
    for minute, on in zip(walk, _states(form, walk), strict=True):
        now = days.get(minute.latest.date(), on)
        if minute.at > since and before is not None and now != before:
            found.append(minute.at)
        before = now
    return found


def _states(form: Form, walk: Sequence[Minute]) -> Iterator[bool]:
    match form:
        case WallSpan():
            yield from (_in_wall_span(form, minute.latest) for minute in walk)
        case Weekend():
            yield from (minute.latest.weekday() in {5, 6} for minute in walk)
        case Period():
            yield from (form.begins <= minute.latest < form.ends for minute in walk)
        case Recurring():
            yield from _recurring(form, walk)


def _recurring(form: Recurring, walk: Sequence[Minute]) -> Iterator[bool]:
    """Open for a duration after each minute that fires."""
    fields = form.cron.text.split()
    elapsed = fields[0].startswith("*") or fields[1].startswith("*")
    open_until = walk[0].at
    previous = walk[0].latest
    for minute in walk:
        fires = _fires(form.cron.text, minute.local) if elapsed else _fired(form.cron.text, previous, until=minute.latest)
        if fires:
            open_until = max(open_until, minute.at + form.duration)
        previous = minute.latest
        yield minute.at < open_until


def _fired(text: str, after: datetime, *, until: datetime) -> bool:
    """Whether any minute that the clock newly shows or jumps over is named."""
    wall = after + MINUTE
    while wall <= until:
        if _fires(text, wall):
            return True
        wall += MINUTE
    return False


def _in_wall_span(form: WallSpan, wall: datetime) -> bool:
    return any(begin <= wall < end for begin, end in _wall_spans(form, wall.date()))


@lru_cache(maxsize=4096)
def _wall_spans(form: WallSpan, today: date) -> tuple[tuple[datetime, datetime], ...]:
    """The spans that began within the last days: each ends at the next wall time that may end one."""
    spans = []
    for back in range(6):
        day = today - back * DAY
        if day.weekday() not in form.days:
            continue
        begin = datetime.combine(day, form.begins)
        ends = (datetime.combine(day + ahead * DAY, form.ends) for ahead in range(5))
        spans.append((begin, next(end for end in ends if end > begin and not (form.keep_paused and end.weekday() in {5, 6}))))
    return tuple(spans)


def _fires(text: str, wall: datetime) -> bool:
    names = [_named(part, *bounds) for part, bounds in zip(text.split(), RANGES, strict=True)]
    on_time = wall.minute in names[0] and wall.hour in names[1] and wall.month in names[3]
    by_date, by_weekday = wall.day in names[2], bool({wall.isoweekday(), wall.isoweekday() % 7} & names[4])
    both = text.split()[2].startswith("*") or text.split()[4].startswith("*")
    return on_time and ((by_date and by_weekday) if both else (by_date or by_weekday))


@lru_cache(maxsize=4096)
def _named(part: str, least: int, most: int) -> frozenset[int]:
    """The numbers that a field names: stars, numbers, spans, steps and lists."""
    named: set[int] = set()
    for term in part.split(","):
        span, _, step = term.partition("/")
        low, _, high = span.partition("-")
        first = least if span == "*" else int(low)
        last = most if span == "*" or (step and not high) else int(high or low)
        named.update(range(first, last + 1, int(step or 1)))
    return frozenset(named)


def hour(text: str) -> datetime:
    """`2026-11-21T09:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
