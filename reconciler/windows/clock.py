"""Walls and instants: what a zone's clock shows, and when it shows it first."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from reconciler.model.zone import Zone

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def shown(instant: datetime, zone: Zone) -> datetime:
    """The wall time, without an offset, that the zone's clock shows at an instant."""
    return instant.astimezone(zone.info).replace(tzinfo=None, fold=0)


def instant_of(wall: datetime, zone: Zone) -> datetime:
    """The first instant at which the clock shows this wall time or, where a gap swallows it, a later one (design 8.3)."""
    instant = _read(wall, zone, fold=0)
    if shown(instant, zone) == wall:
        return instant
    before, after = _read(wall, zone, fold=1), instant
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if shown(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after


def occurrences(wall: datetime, zone: Zone) -> tuple[datetime, ...]:
    """Every instant at which the clock shows exactly this: none in a gap, two where it is set back."""
    instants = {_read(wall, zone, fold=fold) for fold in (0, 1)}
    return tuple(sorted(instant for instant in instants if shown(instant, zone) == wall))


@lru_cache(maxsize=8192)
def midnight(day: date, zone: Zone) -> datetime:
    """The instant at which a local day begins."""
    return instant_of(datetime.combine(day, time()), zone)


@lru_cache(maxsize=8192)
def is_plain(day: date, zone: Zone) -> bool:
    """Whether every wall time of the day exists once, at its distance from midnight."""
    begin, end = (datetime.combine(one, time()) for one in (day, day + _DAY))
    first, last = (_read(begin, zone, fold=0), _read(end, zone, fold=0))
    unambiguous = first == _read(begin, zone, fold=1) and last == _read(end, zone, fold=1)
    return unambiguous and last - first == _DAY


def _read(wall: datetime, zone: Zone, *, fold: int) -> datetime:
    return wall.replace(tzinfo=zone.info, fold=fold).astimezone(UTC)
