"""The import plan: for each member which repository, branch and commit, by which rule, and what was rejected."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.digest import digest_of
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Commit, Ref, ref_text
from reconciler.model.place import Place
from reconciler.model.reason import Reason


class BranchRule(StrEnum):
    """How a member's branch was chosen, in the order in which they are asked (design 6.2)."""

    SELF = "self"
    OVERRIDE = "override"
    PINNED = "pinned"
    SAME_NAME = "same_name"
    TRACKING = "tracking"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A candidate that was not chosen. `ref` is `None` where the rule offered none."""

    rule: BranchRule
    ref: Ref | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Member:
    """One application of the group.

    `aborted` is set where `ignore_deployment_refs` matched: the member's run is made, then aborted (design 6.5).
    `stale` is set where the repository did not answer and its last known refs are in force (design 6.9).
    `excluded` are the services the importer leaves out. `place` is the import's entry in the importer's template.
    """

    application: AppName
    repository: str
    ref: Ref
    commit: Commit
    rule: BranchRule
    reason: Reason
    rejected: tuple[Rejected, ...] = ()
    aborted: Reason | None = None
    stale: Reason | None = None
    excluded: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The members of one environment in deploy order, the importer last."""

    environment: Environment
    members: tuple[Member, ...]

    @property
    def importer(self) -> Member:
        """The environment's own application."""
        return self.members[-1]

    @property
    def digest(self) -> str:
        """Over member, repository, ref, commit, rule and aborted; not over what was rejected (design 6.4)."""
        return digest_of(
            [[m.application, m.repository, ref_text(m.ref), m.commit, m.rule.value, m.aborted is not None] for m in self.members]
        )

    def member(self, application: AppName) -> Member | None:
        """The member of that application, if it takes part."""
        return next((member for member in self.members if member.application == application), None)


class Want(StrEnum):
    """What a resolver lacks: the facts of an unmerged template, or a configuration."""

    TRACKING = "tracking"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """One thing to be read before the import plan can be made: of an application at a commit."""

    application: AppName
    commit: Commit
    want: Want


@dataclass(frozen=True, slots=True)
class Lacks:
    """What must be read first."""

    reads: frozenset[Read]
