"""Instants as text: RFC 3339 in UTC, to the second."""

from datetime import UTC, datetime

from reconciler.model.errors import BadValue


def instant_text(instant: datetime) -> str:
    """`2026-11-21T09:00:00Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_from_text(text: str) -> datetime:
    """The instant whose `instant_text` this is. Raises `BadValue` for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadValue(f"{text!r} is not an instant", "write it like 2026-11-21T09:00:00Z") from error


def instant_or_none(instant: datetime | None) -> str | None:
    """The same, and `None` for no instant, as answers have it."""
    return instant_text(instant) if instant else None
