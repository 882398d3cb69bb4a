"""The clock changes of every zone, as the files of the database list them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from reconciler.model.zone import Zone, zone_names

FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Transition:
    """The instant at which the offset of a zone changes, and both offsets."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def shape(self) -> tuple[timedelta, str]:
        """How far the clock moves, and from which time of day."""
        return (self.after - self.before, (self.at + self.before).time().isoformat())


@cache
def all_transitions() -> tuple[tuple[Zone, Transition], ...]:
    """Every change of every zone from 1990 to 2037."""
    return tuple((Zone(name), one) for name in sorted(zone_names()) for one in _transitions(name))


def shapes() -> tuple[tuple[Zone, Transition], ...]:
    """The latest change of each shape."""
    return tuple({one.shape: (zone, one) for zone, one in sorted(all_transitions(), key=lambda pair: pair[1].at)}.values())


def _transitions(name: str) -> Iterator[Transition]:
    """What TZif's second block says (RFC 8536, 3.2); the database that is installed lists all changes up to 2037."""
    source = (files("tzdata") / "zoneinfo" / name).read_bytes()
    _, at = _header(source, 0, size=4)
    counts, _ = _header(source, at, size=8)
    times, types = counts["times"], counts["types"]
    body = at + 44
    instants = struct.unpack_from(f">{times}q", source, body)
    indices = source[body + 8 * times : body + 9 * times]
    offsets = [struct.unpack_from(">l", source, body + 9 * times + 6 * index)[0] for index in range(types)]
    for number in range(1, times):
        instant = datetime.fromtimestamp(instants[number], UTC) if instants[number] > 0 else FIRST
        before, after = (timedelta(seconds=offsets[indices[index]]) for index in (number - 1, number))
        if FIRST < instant < LAST and before != after:
            yield Transition(instant, before, after)


def _header(source: bytes, at: int, *, size: int) -> tuple[dict[str, int], int]:
    """The counts of a block, and where the next one begins."""
    names = ("isut", "isstd", "leaps", "times", "types", "chars")
    counts = dict(zip(names, struct.unpack_from(">6l", source, at + 20), strict=True))
    length = counts["times"] * (size + 1) + counts["types"] * 6 + counts["chars"] + counts["leaps"] * (size + 4)
    return counts, at + 44 + length + counts["isstd"] + counts["isut"]
