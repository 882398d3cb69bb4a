"""How long environments are meant to live: by their type, and by when they expire."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reconciler.model.ids import Commit


class EnvironmentType(StrEnum):
    """Decides lifetime, sleep and which template entry is merged."""

    EPHEMERAL = "ephemeral"
    PERMANENT = "permanent"


class Since(StrEnum):
    """From when an environment's time runs."""

    PUSH = "push"
    BIRTH = "birth"


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long an environment lives after its last push, or after its birth."""

    after: timedelta
    since: Since = Since.PUSH


@dataclass(frozen=True, slots=True)
class Push:
    """A head of the environment's branch, and when it was first seen there."""

    commit: Commit
    at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """A person's word that an environment does not expire before an instant."""

    until: datetime
    author: str
    reason: str
    at: datetime
