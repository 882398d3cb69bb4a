"""Records as JSON files: `version`, `revision` (a counter) and the record, the same bytes for the same record."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from reconciler.model.errors import BadValue
from reconciler.model.record import RECORD_VERSION, InstallationRecord, Record, Revision
from reconciler.target.directory.codec import from_plain, to_plain

Kept = TypeVar("Kept", Record, InstallationRecord)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saved(Generic[Kept]):
    """A record as its file holds it."""

    record: Kept
    revision: Revision


def encode(record: Record | InstallationRecord, revision: Revision) -> bytes:
    """The file of a record: JSON in ASCII with sorted keys, one value a line, so that two can be compared."""
    document = {"version": RECORD_VERSION, "revision": int(revision), "record": to_plain(record)}
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n").encode("ascii")


def decode(content: bytes, cls: type[Kept]) -> Saved[Kept]:
    """The record of a file; an older version is migrated.

    Raises `BadValue` for a file that is no record and for one that a newer version wrote.
    """
    document = _migrated(_document(content))
    revision = document.get("revision")
    if type(revision) is not int:
        raise BadValue("it has no revision")
    return Saved(from_plain(cls, document.get("record")), Revision(str(revision)))


def next_revision(revision: Revision | None) -> Revision:
    """The counter after this one; the first is 1."""
    return Revision(str(int(revision or 0) + 1))


def _document(content: bytes) -> Document:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadValue(f"it is no JSON ({type(error).__name__})") from error
    if not isinstance(document, dict):
        raise BadValue("it is no JSON object")
    return document


def _migrated(document: Document) -> Document:
    version = document.get("version")
    if type(version) is not int:
        raise BadValue("it has no version")
    if version > RECORD_VERSION:
        raise BadValue(f"it was written by a newer reconciler (version {version}, this one knows {RECORD_VERSION})")
    while version < RECORD_VERSION:
        if version not in _MIGRATIONS:
            raise BadValue(f"it has the unknown version {version}")
        document = _MIGRATIONS[version](document)
        version += 1
    return document


def _objects_get_digests(document: Document) -> Document:
    record = document.get("record")
    objects = record.get("objects") if isinstance(record, dict) else None
    if not isinstance(record, dict) or not isinstance(objects, list):
        return document
    return {**document, "record": {**record, "objects": {str(key): "" for key in objects}}}


_MIGRATIONS: Final[Mapping[int, Callable[[Document], Document]]] = {0: _objects_get_digests}
"""By the version they start from. Version 0 listed the objects without the digests of what was applied."""
