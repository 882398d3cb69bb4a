"""The record of an environment at its target: what must survive the loss of the store (design 5.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType

from reconciler.model.environment import Tombstone
from reconciler.model.ids import AppName, Commit, EnvId, Namespace, Ref, RunNumber
from reconciler.model.lifetime import EnvironmentType, Extension, Push
from reconciler.model.objects import ObjectKey
from reconciler.model.windows import WindowOverride

Revision = NewType("Revision", str)
"""What a target compares before it swaps a record: a `resourceVersion`, or a counter in a directory."""

RECORD_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class MemberState:
    """What the last good run left of one member. `setup` says that a setup of it has succeeded."""

    ref: Ref
    commit: Commit
    configuration: str
    variables: str
    setup: bool


@dataclass(frozen=True, slots=True)
class JobRun:
    """One job that ran: the object's name, which job of which member it was, its attempt and how it ended."""

    name: str
    member: AppName
    job: str
    attempt: int
    succeeded: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has begun and not ended: a pass reads it and goes on (design 7.13)."""

    number: RunNumber
    plan: str
    wave: int
    began: datetime
    commits: Mapping[AppName, Commit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BranchOverride:
    """A person's choice of a member's branch."""

    member: AppName
    ref: Ref
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sleep:
    """An environment that sleeps: since when, and at which commits of its members its objects were last put to sleep."""

    since: datetime
    commits: Mapping[AppName, Commit]


@dataclass(frozen=True, slots=True)
class Record:
    """What survives.

    `members` are the applications of the last good run. `objects` are ours at the target, each with the
    digests of what we last applied and of what the target then held (`Answer.digest`; empty where unknown), so that an edit
    at the target can be told from a change in git; in a directory a file whose key is listed here is ours. `frozen` is the
    commit of an environment that follows its creation. `pushed` is the newest head that was seen, `pause_commit` the newest
    commit whose windows were readable, `apply_commit` the newest of these that was applied; `window_overrides` and `extensions`
    are what people said of sleep and expiry. `waking` is when an environment began to wake, unless a run has seen since that it
    is ready.
    """

    installation: str
    environment: EnvId
    application: AppName
    ref: Ref
    name: str | None
    type: EnvironmentType
    namespace: Namespace
    born: datetime
    members: Mapping[AppName, MemberState] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    objects: Mapping[ObjectKey, str] = field(default_factory=dict)
    jobs: tuple[JobRun, ...] = ()
    overrides: tuple[BranchOverride, ...] = ()
    frozen: Commit | None = None
    open_run: OpenRun | None = None
    last_run: RunNumber | None = None
    plan_digest: str | None = None
    window_overrides: tuple[WindowOverride, ...] = ()
    extensions: tuple[Extension, ...] = ()
    pushed: Push | None = None
    pause_commit: Commit | None = None
    apply_commit: Commit | None = None
    sleep: Sleep | None = None
    waking: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record as a target holds it, with the revision to compare with when it is swapped."""

    record: Record
    revision: Revision


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that a target holds and that cannot be read: its environment is left alone, with this reason."""

    namespace: Namespace
    reason: str


@dataclass(frozen=True, slots=True)
class InstallationRecord:
    """What outlives every environment: tombstones."""

    installation: str
    tombstones: tuple[Tombstone, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetRecords:
    """All records of one target; `revision` belongs to the installation's record, `None` where there is none yet."""

    environments: Mapping[EnvId, KeptRecord]
    unreadable: tuple[Unreadable, ...]
    installation: InstallationRecord
    revision: Revision | None
