"""What must happen to one object, field by field, with the reason."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reconciler.model.ids import AppName
from reconciler.model.objects import Desired, Live, ObjectKey
from reconciler.model.reason import Reason


class Operation(StrEnum):
    """What happens to an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field. `path` reads like `spec.containers[name=api].env[name=COLOR].value`; secret values are masked already.

    `before` is `ABSENT` for a field that is added, `after` for one that is removed.
    """

    path: str
    before: Any
    after: Any


class Absent:
    """Stands where a field has no value; not `None`, which is a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Change:
    """One object's change. `desired` is `None` for a deletion, `live` for a creation."""

    operation: Operation
    key: ObjectKey
    reason: Reason
    member: AppName | None
    fields: tuple[FieldChange, ...] = ()
    desired: Desired | None = None
    live: Live | None = None
