"""Instants and durations on the command line: each function is the type of an option."""

from datetime import UTC, datetime, timedelta

import click

from reconciler.model.duration import parse_duration
from reconciler.model.errors import BadValue


def instant(text: str) -> datetime:
    """The instant, in UTC and to the second, of `2026-11-21T09:00:00Z` or `2026-11-21T09:00+01:00`. Raises `BadParameter`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not an instant; write it like 2026-11-21T09:00:00Z") from error
    if found.tzinfo is None:
        raise click.BadParameter(f"{text!r} has no offset; write it like 2026-11-21T09:00:00Z or 2026-11-21T09:00+01:00")
    return found.astimezone(UTC).replace(microsecond=0)


def duration(text: str) -> timedelta:
    """The elapsed time, more than nothing, of `2h` or `1d12h`. Raises `BadParameter`."""
    try:
        span = parse_duration(text)
    except BadValue as error:
        raise click.BadParameter(str(error)) from error
    if not span:
        raise click.BadParameter(f"{text!r} is no time at all")
    return span


def end_of(until: datetime | None, span: timedelta | None, *, now: datetime) -> datetime | None:
    """The end that a person names by `--until` or `--for`. Raises `UsageError` for both, and for one that is over."""
    if until is not None and span is not None:
        raise click.UsageError("--until and --for say the same thing; give one of them")
    end = now + span if span is not None else until
    if end is not None and end <= now:
        raise click.UsageError(f"{end.isoformat()} is over already")
    return end.replace(microsecond=0) if end is not None else None
