"""Records as ConfigMaps: one for each environment in its namespace, one for the installation in a namespace of its own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from reconciler.model.errors import BadValue
from reconciler.model.ids import Namespace
from reconciler.model.objects import INSTALLATION, MANAGED_BY, Manifest, ObjectKey
from reconciler.model.record import InstallationRecord, Record, Revision
from reconciler.target.codec import from_plain
from reconciler.target.document import document_of, document_text, parse_document
from reconciler.target.kubernetes.asking import selector_of

NAME: Final = "reconciler-record"
FILE: Final = "record.json"
SORT: Final = "reconciler/record"
ENVIRONMENT: Final = "environment"
INSTALLATIONS: Final = "installation"

_NONCE: Final = "reconciler/written"
Kept = TypeVar("Kept", Record, InstallationRecord)


@dataclass(frozen=True, slots=True)
class Saved(Generic[Kept]):
    """A record as its ConfigMap holds it; the revision is the `resourceVersion`."""

    record: Kept
    revision: Revision


def key_of_record(namespace: Namespace) -> ObjectKey:
    """Where an environment's record lies."""
    return ObjectKey("ConfigMap", namespace, NAME)


def key_of_installation(namespace: str, installation: str) -> ObjectKey:
    """Where the installation's record lies; several installations may share the namespace."""
    return ObjectKey("ConfigMap", Namespace(namespace), f"{NAME}-{installation}")


def every_record(installation: str) -> str:
    """The label selector of all records of an installation."""
    return selector_of({INSTALLATION: installation, SORT: ""})


def encode(record: Record | InstallationRecord, key: ObjectKey, *, expected: Revision | None) -> Manifest:
    """The ConfigMap of a record. No two are alike, so that whoever read an older one is always found out."""
    sort = ENVIRONMENT if isinstance(record, Record) else INSTALLATIONS
    metadata: dict[str, Any] = {
        "name": key.name,
        "namespace": str(key.namespace),
        "labels": {MANAGED_BY: "reconciler", INSTALLATION: record.installation, SORT: sort},
        "annotations": {_NONCE: secrets.token_hex(8)},
    }
    if expected is not None:
        metadata["resourceVersion"] = str(expected)
    data = {FILE: document_text(document_of(record))}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def decode(answer: Manifest, cls: type[Kept]) -> Saved[Kept]:
    """The record that a ConfigMap holds; an older version is migrated.

    Raises `BadValue` for one that holds none, and for one that a newer version wrote.
    """
    data = answer.get("data")
    text = data.get(FILE) if isinstance(data, Mapping) else None
    if not isinstance(text, str):
        raise BadValue(f"it has no {FILE}")
    return Saved(from_plain(cls, parse_document(text).get("record")), Revision(str(answer["metadata"]["resourceVersion"])))


def sort_of(answer: Manifest) -> str:
    """Which sort of record a ConfigMap says that it holds."""
    return str((answer["metadata"].get("labels") or {}).get(SORT, ""))
