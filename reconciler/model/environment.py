"""Environments: which there are, and what is born, dies or is refused."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconciler.model.ids import AppName, Commit, EnvId, Namespace, Ref, short_name
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.reason import Reason
from reconciler.model.settings import EnvironmentRule


@dataclass(frozen=True, slots=True)
class Environment:
    """An application at a branch. `name` is the declared name of a rule that has one; `rule` is the rule that matched."""

    application: AppName
    ref: Ref
    id: EnvId
    namespace: Namespace
    rule: EnvironmentRule
    name: str | None = None

    @property
    def type(self) -> EnvironmentType:
        """Ephemeral or permanent."""
        return self.rule.type

    @property
    def branch(self) -> str:
        """The branch, without `refs/heads/`."""
        return short_name(self.ref)

    def __str__(self) -> str:
        return f"{self.application}/{self.name or self.branch}"


class LifeState(StrEnum):
    """Where an environment stands."""

    LIVE = "live"
    BIRTH = "birth"
    DEATH = "death"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Life:
    """One environment, born or not, with the reason for its state and, where time decides, the instant of the next change."""

    environment: Environment
    state: LifeState
    reason: Reason
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The remembered death of an environment, kept while its branch exists (design 5.3)."""

    environment: EnvId
    application: AppName
    ref: Ref
    head: Commit | None
    reason: str
    at: datetime
