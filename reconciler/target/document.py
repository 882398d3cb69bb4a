"""Records as JSON documents with a version: whatever holds them, older ones are migrated when they are read."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from reconciler.model.errors import BadValue
from reconciler.model.record import RECORD_VERSION, InstallationRecord, Record
from reconciler.target.codec import to_plain

Document = dict[str, Any]


def document_of(record: Record | InstallationRecord, **rest: object) -> Document:
    """The document of a record, with what its holder adds."""
    return {"version": RECORD_VERSION, **rest, "record": to_plain(record)}


def document_text(document: Document) -> str:
    """JSON in ASCII with sorted keys, one value a line, so that two can be compared."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n"


def parse_document(content: bytes | str) -> Document:
    """The document, migrated to the present version.

    Raises `BadValue` for a text that is none and for one that a newer version wrote.
    """
    return _migrated(_document(content))


def _document(content: bytes | str) -> Document:
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
