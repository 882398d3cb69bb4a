"""When an ephemeral environment expires: after its last push or after its birth, and never before a person's extension ends."""

from datetime import datetime, timedelta
from typing import Final

from reconciler.model.duration import duration_text
from reconciler.model.ids import Commit
from reconciler.model.instant import instant_text
from reconciler.model.lifetime import EnvironmentType, Expiry, Extension, Push, Since
from reconciler.model.record import Record

WARNING: Final = timedelta(hours=24)
"""How long before its end a person is told."""


def newest_push(record: Record, head: Commit | None, *, now: datetime) -> Push | None:
    """The head of the branch and when it was first seen; git keeps no times of pushes, and a commit may be older than its push.

    A head that the record does not know was pushed now. Where the branch has no head the record's word stands.
    """
    if head is None or (record.pushed is not None and record.pushed.commit == head):
        return record.pushed
    return Push(head, now)


def expires_at(expiry: Expiry | None, record: Record, *, head: Commit | None, now: datetime) -> datetime | None:
    """The instant at which the environment's time is over; `None` for one that does not expire."""
    if expiry is None or record.type is EnvironmentType.PERMANENT:
        return None
    push = newest_push(record, head, now=now)
    begin = record.born if expiry.since is Since.BIRTH or push is None else max(push.at, record.born)
    latest = latest_extension(record)
    return max(begin + expiry.after, latest.until) if latest else begin + expiry.after


def expired_text(expiry: Expiry, record: Record, *, at: datetime) -> str:
    """Why it dies, in words that its tombstone keeps."""
    latest = latest_extension(record)
    if latest is not None and latest.until == at:
        return f"expired at {instant_text(at)}, to which {latest.author} had extended it"
    what = "birth" if expiry.since is Since.BIRTH else "last push"
    return f"expired at {instant_text(at)}, {duration_text(expiry.after)} after its {what}"


def latest_extension(record: Record) -> Extension | None:
    """The extension that reaches farthest."""
    return max(record.extensions, key=lambda extension: extension.until, default=None)
