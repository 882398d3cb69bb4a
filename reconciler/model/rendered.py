"""What a group needs before it can be rendered, and what it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.configuration import Configuration, Unsupported, WorkflowName
from reconciler.model.ids import AppName, Commit
from reconciler.model.importplan import ImportPlan
from reconciler.model.objects import Desired, ObjectKey
from reconciler.model.place import Place
from reconciler.model.problem import Problem
from reconciler.model.reason import Reason
from reconciler.model.secret import SecretValue
from reconciler.model.variables import SecretReference, Variables


@dataclass(frozen=True, slots=True)
class Resolved:
    """A group whose members are known and read. Aborted and unreadable members have no configuration.

    `unreadable` names members whose files have errors: their objects are outside the comparison (design 9.1).
    """

    plan: ImportPlan
    configurations: Mapping[AppName, Configuration]
    variables: Mapping[AppName, Variables]
    unreadable: frozenset[AppName] = frozenset()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class FileNeed:
    """One file of an application's repository at a commit."""

    application: AppName
    commit: Commit
    path: str


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """One secret value that a member asks for. `place` is the line that asks."""

    application: AppName
    key: str
    reference: SecretReference
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Needs:
    """All that rendering reads."""

    files: frozenset[FileNeed]
    secrets: tuple[SecretNeed, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was read. A file that is not there is `None`; a missing secret carries its reason instead of a value.

    `key` is the installation's key for digests of secrets, `None` before the first writing command made it. `workflows` says
    which workflow runs for each member; `attempts` raises the attempt of a job that a person asked to repeat.
    """

    files: Mapping[FileNeed, bytes | None]
    secrets: Mapping[SecretNeed, SecretValue | Reason]
    key: bytes | None
    workflows: Mapping[AppName, WorkflowName]
    attempts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that an environment answers at."""

    member: AppName
    service: str
    url: str


@dataclass(frozen=True, slots=True)
class Wave:
    """Objects that are applied together; the next wave begins when these are ready. `member` is `None` for the group's own."""

    name: str
    member: AppName | None
    keys: tuple[ObjectKey, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The objects of a group, in waves; each object stands in exactly one wave."""

    objects: tuple[Desired, ...]
    waves: tuple[Wave, ...]
    urls: tuple[Url, ...] = ()
    hosts: tuple[str, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    problems: tuple[Problem, ...] = ()
