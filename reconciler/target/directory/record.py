"""Records as JSON files: `version`, `revision` (a counter) and the record, the same bytes for the same record."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.model.errors import BadValue
from reconciler.model.record import InstallationRecord, Record, Revision
from reconciler.target.codec import from_plain
from reconciler.target.document import document_of, document_text, parse_document

Kept = TypeVar("Kept", Record, InstallationRecord)


@dataclass(frozen=True, slots=True)
class Saved(Generic[Kept]):
    """A record as its file holds it."""

    record: Kept
    revision: Revision


def encode(record: Record | InstallationRecord, revision: Revision) -> bytes:
    """The file of a record: JSON in ASCII with sorted keys, one value a line, so that two can be compared."""
    return document_text(document_of(record, revision=int(revision))).encode("ascii")


def decode(content: bytes, cls: type[Kept]) -> Saved[Kept]:
    """The record of a file; an older version is migrated.

    Raises `BadValue` for a file that is no record and for one that a newer version wrote.
    """
    document = parse_document(content)
    revision = document.get("revision")
    if type(revision) is not int:
        raise BadValue("it has no revision")
    return Saved(from_plain(cls, document.get("record")), Revision(str(revision)))


def next_revision(revision: Revision | None) -> Revision:
    """The counter after this one; the first is 1."""
    return Revision(str(int(revision or 0) + 1))
