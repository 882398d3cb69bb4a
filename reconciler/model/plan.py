"""A plan: everything that would change in one environment at one set of commits, in order, with what holds it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from reconciler.model.change import Change, Operation
from reconciler.model.configuration import Configuration, Unsupported, WorkflowName
from reconciler.model.digest import digest_of
from reconciler.model.environment import Environment, Life
from reconciler.model.ids import AppName
from reconciler.model.importplan import ImportPlan
from reconciler.model.objects import SECRET_DIGEST, ObjectKey
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.reason import Reason
from reconciler.model.record import Record, Revision
from reconciler.model.rendered import Url, Wave
from reconciler.model.times import Times
from reconciler.model.windows import Gate

CONFIRM_LENGTH: Final = 12
"""How many digits of a plan's digest a person quotes."""


class HoldKind(StrEnum):
    """What a held plan waits for."""

    PERSON = "person"
    TIME = "time"
    VALUE = "value"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a plan waits. `until` is the instant at which it ends by itself, where there is one.

    `gate` is the one that is closed, if any. With `partly` the rest of the plan is carried out all the same.
    """

    kind: HoldKind
    reason: Reason
    until: datetime | None = None
    gate: Gate | None = None
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change in one environment.

    `imports` and `waves` are empty-handed (`None`, `()`) where the files could not be read; `changes` are in the order in which
    they would be carried out, what is kept included. A plan that waits is not carried out. `held` are changes
    that it does without because their gate is closed. `times` is what time says, `asleep` that the objects are those of an
    environment that sleeps, `unready` are live workloads whose pods are not all ready. `gates` is which gate each change goes
    through, where a window could stop the run; empty where none can.
    """

    environment: Environment
    life: Life
    imports: ImportPlan | None
    workflows: Mapping[AppName, WorkflowName]
    changes: tuple[Change, ...]
    waves: tuple[Wave, ...]
    holds: tuple[Hold, ...]
    problems: tuple[Problem, ...]
    unsupported: tuple[Unsupported, ...]
    urls: tuple[Url, ...]
    hosts: tuple[str, ...]
    configurations: Mapping[AppName, Configuration]
    variables_digests: Mapping[AppName, str]
    record: Record | None
    revision: Revision | None
    times: Times | None = None
    asleep: bool = False
    held: tuple[Change, ...] = ()
    unready: tuple[ObjectKey, ...] = ()
    gates: Mapping[ObjectKey, Gate] = field(default_factory=dict)

    @property
    def effective(self) -> tuple[Change, ...]:
        """The changes that would touch the target."""
        return tuple(change for change in self.changes if change.operation is not Operation.KEEP)

    @property
    def waits(self) -> bool:
        """Whether nothing of it may be carried out now."""
        return any(not hold.partly for hold in self.holds)

    @property
    def turns(self) -> bool:
        """Whether the environment falls asleep or wakes by it."""
        return self.imports is not None and self.record is not None and (self.record.sleep is not None) is not self.asleep

    @property
    def wakes(self) -> bool:
        """Whether an environment that sleeps would be awake afterwards."""
        return self.turns and not self.asleep and not self.waits and not self.failed

    @property
    def workflow(self) -> WorkflowName:
        """The weightiest workflow of any member: setup before patch before repair."""
        present = set(self.workflows.values())
        order = (WorkflowName.TEARDOWN, WorkflowName.SETUP, WorkflowName.PATCH, WorkflowName.REPAIR)
        return next((name for name in order if name in present), WorkflowName.NONE)

    @property
    def failed(self) -> bool:
        """Whether files have errors, so that nothing of it can be carried out."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def digest(self) -> str:
        """Over the import plan and every change; secret digests are left out, so it does not depend on the installation's key."""
        return digest_of([self.imports.digest if self.imports else None, [_outline(change) for change in self.changes]])


def _outline(change: Change) -> list[object]:
    key: list[object] = [change.operation.value, change.key.kind, change.key.namespace, change.key.name]
    if change.desired is None:
        return key
    return [*key, _without_secrets(change.desired.manifest)]


def _without_secrets(value: object) -> object:
    if isinstance(value, Mapping):
        parts = {str(key): _without_secrets(part) for key, part in value.items() if key != SECRET_DIGEST}
        return {key: part for key, part in parts.items() if part or key != "annotations"}
    if isinstance(value, list | tuple):
        return [_without_secrets(part) for part in value]
    return value if isinstance(value, str | int | float | bool) or value is None else repr(value)


def problem_place(plan: Plan) -> Place | None:
    """Where the first error stands, for a one-line summary."""
    return next((problem.place for problem in plan.problems if problem.severity is Severity.ERROR), None)
