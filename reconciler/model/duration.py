"""Durations as people write them: `60s`, `3d`, `1h30m`."""

import re
from datetime import timedelta
from typing import Final

from reconciler.model.errors import BadValue

_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_GRAMMAR: Final = re.compile(r"(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """The elapsed time a text means: whole numbers with `d`, `h`, `m`, `s`, in that order.

    Raises `BadValue` for anything else, and for nothing at all (`0s` is a duration, the empty text is not).
    """
    match = _GRAMMAR.fullmatch(text)
    if not text or match is None:
        raise BadValue(f"{text!r} is not a duration", "write it like 90s, 15m, 1h30m or 3d")
    numbers = (int(number or 0) for number in match.groups())
    return timedelta(**dict(zip(_UNITS.values(), numbers, strict=True)))


def duration_text(duration: timedelta) -> str:
    """The shortest text that `parse_duration` reads back; parts below a second are dropped."""
    seconds = int(duration.total_seconds())
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
