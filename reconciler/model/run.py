"""Runs: executions of plans, numbered per environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconciler.model.configuration import WorkflowName
from reconciler.model.ids import AppName, Commit, EnvId, RunNumber
from reconciler.model.importplan import ImportPlan
from reconciler.model.objects import ObjectKey


class Outcome(StrEnum):
    """How a run ended, or that it has not; one that is stopped left the rest to another run, when its gate opens."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class StageState(StrEnum):
    """How one member's stage ended. An aborted stage is made, then aborted (design 6.5)."""

    DONE = "done"
    ABORTED = "aborted"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Stage:
    """One phase of one member in a run; `reason` says why it was aborted or failed."""

    member: AppName
    workflow: WorkflowName
    state: StageState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target answered to one write: the object's identity there, and an `Applied` as text: asked for, and held now.

    `unready` says that it is a workload whose pods are not all ready yet.
    """

    key: ObjectKey
    uid: str
    digest: str
    deleted: bool = False
    unready: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a plan.

    `reason` says what asked for it; `counts` are changes by operation; `document` is the plan as the one JSON document that
    `plan` and `explain` show, kept so that history can answer why. `imports` is the import plan as the run was given it; history
    tells it through `document`, so a run read back has none.
    """

    environment: EnvId
    label: str
    number: RunNumber
    workflow: WorkflowName
    reason: str
    plan: str
    commits: Mapping[AppName, Commit]
    began: datetime
    ended: datetime | None = None
    outcome: Outcome = Outcome.OPEN
    stages: tuple[Stage, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    document: str = "{}"
    imports: ImportPlan | None = None


@dataclass(frozen=True, slots=True)
class PassLine:
    """One line per pass over an environment or over all of them: when, over how many, how many changed, how many failed."""

    at: datetime
    reason: str
    environments: int
    changed: int
    failed: int
