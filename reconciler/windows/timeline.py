"""Sets of instants as expressions over windows, read a month at a time, so that a search touches months and never minutes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from reconciler.model.windows import Form
from reconciler.model.zone import Zone
from reconciler.windows.forms import spans_of
from reconciler.windows.spans import Span, Spans, complement, intersection, union

HORIZON: Final = timedelta(days=731)
"""How far a search for a change goes, in both directions."""

_MONTHS: Final = 26
"""The month of the instant and every month that the horizon reaches."""

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 9000


@dataclass(frozen=True, slots=True)
class Leaf:
    """The instants of one form in a zone."""

    form: Form
    zone: Zone


@dataclass(frozen=True, slots=True)
class Fixed:
    """From one instant to another, or without end."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The instants that are in any part; none where there is no part."""

    parts: "tuple[Timeline, ...]"


@dataclass(frozen=True, slots=True)
class AllOf:
    """The instants that are in every part; all where there is no part."""

    parts: "tuple[Timeline, ...]"


@dataclass(frozen=True, slots=True)
class Without:
    """The instants of one that are not in the other."""

    kept: "Timeline"
    taken: "Timeline"


Timeline = Leaf | Fixed | AnyOf | AllOf | Without

NEVER: Final = AnyOf(())
ALWAYS: Final = AllOf(())


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whether an instant is in a timeline, since when, and until when; `None` where nothing changes within the search."""

    on: bool
    since: datetime | None
    until: datetime | None


def stretch(timeline: Timeline, at: datetime) -> Stretch:
    """The stretch around an instant."""
    on = holds(timeline, at)
    if timeline in (NEVER, ALWAYS):
        return Stretch(on, None, None)
    since, until = next(_edges_until(timeline, at), None), next(edges_after(timeline, at), None)
    return Stretch(on, since, until)


def holds(timeline: Timeline, at: datetime) -> bool:
    """Whether the instant is in the timeline."""
    spans = _spans(timeline, _month_of(at))
    place = bisect_right(spans, at, key=_begin)
    return place > 0 and at < spans[place - 1].end


def edges_after(timeline: Timeline, at: datetime) -> Iterator[datetime]:
    """The instants after this one at which the timeline begins or ends to hold, up to the horizon."""
    first = _month_of(at)
    for month in range(first, first + _MONTHS):
        edges = _edges(timeline, month)
        for edge in edges[bisect_right(edges, at) :]:
            if edge - at > HORIZON:
                return
            yield edge


def between(timeline: Timeline, within: Span) -> Spans:
    """The spans of the timeline inside of a span."""
    months = range(_month_of(within.begin), _month_of(within.end) + 1)
    return intersection(union(span for month in months for span in _spans(timeline, month)), (within,))


def _edges_until(timeline: Timeline, at: datetime) -> Iterator[datetime]:
    """The last such instants before this one, itself included, newest first."""
    first = _month_of(at)
    for month in range(first, first - _MONTHS, -1):
        edges = _edges(timeline, month)
        for edge in reversed(edges[: bisect_right(edges, at)]):
            if at - edge > HORIZON:
                return
            yield edge


@lru_cache(maxsize=2048)
def _edges(timeline: Timeline, month: int) -> tuple[datetime, ...]:
    """The instants of the month, its beginning included, at which the timeline turns."""
    bounds = _bounds(month)
    found = [edge for span in _spans(timeline, month) for edge in span]
    edges = found[bisect_right(found, bounds.begin) : bisect_left(found, bounds.end)]
    before = _spans(timeline, month - 1)
    was, now = bool(before) and before[-1].end == bounds.begin, bool(found) and found[0] == bounds.begin
    return (bounds.begin, *edges) if was != now else tuple(edges)


@lru_cache(maxsize=2048)
def _spans(timeline: Timeline, month: int) -> Spans:
    """The timeline within the month."""
    within = _bounds(month)
    match timeline:
        case Leaf(form=form, zone=zone):
            return intersection(union(spans_of(form, zone, within=within)), (within,))
        case Fixed(begin=begin, end=end):
            return intersection(union([Span(begin, end or within.end)]), (within,))
        case AnyOf(parts=parts):
            return union(span for part in parts for span in _spans(part, month))
        case AllOf(parts=parts):
            spans: Spans = (within,)
            for part in parts:
                spans = intersection(spans, _spans(part, month))
            return spans
        case Without(kept=kept, taken=taken):
            return intersection(_spans(kept, month), complement(_spans(taken, month), within))


def _month_of(instant: datetime) -> int:
    """Months are numbered through all years, in UTC."""
    utc = instant.astimezone(UTC)
    return min(max(utc.year, _FIRST_YEAR), _LAST_YEAR) * 12 + utc.month - 1


def _bounds(month: int) -> Span:
    return Span(_first(month), _first(month + 1))


def _first(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _begin(span: Span) -> datetime:
    return span.begin
