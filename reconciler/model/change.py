"""What must happen to one object, field by field, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reconciler.model.ids import AppName
from reconciler.model.objects import Desired, Live, Manifest, ObjectKey
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
    """One object's change. `desired` is `None` for a deletion, `live` for a creation.

    With `take_over` a person said that the object becomes ours although it is not.
    """

    operation: Operation
    key: ObjectKey
    reason: Reason
    member: AppName | None
    fields: tuple[FieldChange, ...] = ()
    desired: Desired | None = None
    live: Live | None = None
    take_over: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a target says would become of an object: how it is, how it would be, or why it would refuse.

    `before` is `None` for an object that is not there, `after` where the target refuses.
    """

    before: Manifest | None = field(hash=False)
    after: Manifest | None = field(hash=False)
    refusal: Reason | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a target foresees, by object; one that is not named is as it was planned. `locally` says why nothing was asked."""

    outlooks: Mapping[ObjectKey, Outlook]
    locally: str | None = None
