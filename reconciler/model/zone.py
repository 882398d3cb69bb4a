"""Time zones by their IANA names, from the database that is installed with us."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.model.errors import BadValue

_NO_PLACE: Final = frozenset({"Factory"})
_MEANT: Final = {
    "ACST": "Australia/Adelaide",
    "AEDT": "Australia/Sydney",
    "AEST": "Australia/Sydney",
    "AKST": "America/Anchorage",
    "AST": "America/Halifax",
    "AWST": "Australia/Perth",
    "BRT": "America/Sao_Paulo",
    "BST": "Europe/London",
    "CDT": "America/Chicago",
    "CEST": "Europe/Berlin",
    "CST": "America/Chicago",
    "EDT": "America/New_York",
    "EEST": "Europe/Helsinki",
    "HKT": "Asia/Hong_Kong",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "MDT": "America/Denver",
    "MSK": "Europe/Moscow",
    "NZDT": "Pacific/Auckland",
    "NZST": "Pacific/Auckland",
    "PDT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "SAST": "Africa/Johannesburg",
    "SGT": "Asia/Singapore",
    "WEST": "Europe/Lisbon",
    "Z": "UTC",
}
_FIXED: Final = ("UTC+", "UTC-", "GMT+", "GMT-", "+", "-")


@cache
def zone_names() -> frozenset[str]:
    """Every name of the database, the old ones included (`CET` is a zone, `CEST` is not)."""
    return frozenset((files("tzdata") / "zones").read_text("utf-8").split()) - _NO_PLACE


@cache
def _load(name: str) -> ZoneInfo:
    with (files("tzdata") / "zoneinfo" / name).open("rb") as source:
        return ZoneInfo.from_file(source, key=name)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone; two of one name are one. Raises `BadValue` for what is no name of the database, with what was likely meant."""

    name: str
    info: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.name not in zone_names():
            raise BadValue(f"{self.name[:40]!r} is not a time zone", _hint(self.name))
        object.__setattr__(self, "info", _load(self.name))

    def __str__(self) -> str:
        return self.name


def _hint(name: str) -> str:
    """An abbreviation or an offset says nothing of the other half of the year, so it is no zone; a place is."""
    meant = _MEANT.get(name.upper())
    if meant is not None:
        return f"it is an abbreviation; write the zone of a place, such as {meant}"
    if name.upper().startswith(_FIXED):
        return "an offset knows no clock changes; write the zone of a place, such as Europe/Berlin"
    by_case = {known.lower(): known for known in zone_names()}
    near = get_close_matches(name.lower(), list(by_case), n=1, cutoff=0.7)
    return f"did you mean {by_case[near[0]]!r}?" if near else "write a name such as Europe/Berlin or UTC"
