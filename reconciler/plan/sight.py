"""What a pass sees: the reading ports, and the world as observed at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.environment import Life
from reconciler.model.ids import AppName, EnvId
from reconciler.model.ports import FileReader, History, RefLister, SecretReader, TargetReader
from reconciler.model.record import KeptRecord, TargetRecords
from reconciler.model.refs import KnownRefs, RefTable
from reconciler.model.settings import Installation


@dataclass(frozen=True, slots=True)
class Reading:
    """The ports that read, and nothing else: what is handed these cannot write."""

    lister: RefLister
    files: FileReader
    secrets: SecretReader
    targets: Mapping[str, TargetReader]
    history: History


@dataclass(frozen=True, slots=True)
class World:
    """What was observed at one instant.

    `learned` is what successful listings add to what is known, for the one who may remember it. `silent` names the targets that
    could not be read, each with the reason: their environments are left alone. `offline` says that no remote was asked.
    """

    installation: Installation
    at: datetime
    tables: Mapping[AppName, RefTable]
    learned: Mapping[AppName, KnownRefs]
    records: Mapping[str, TargetRecords]
    silent: Mapping[str, str]
    lives: tuple[Life, ...]
    offline: bool = False

    @property
    def unanswered(self) -> Mapping[AppName, str]:
        """Repositories that were asked and did not answer, each with the reason: their last known refs are in force."""
        return {} if self.offline else {name: table.failure for name, table in self.tables.items() if table.failure}

    @property
    def partial(self) -> bool:
        """Whether something was asked and did not answer."""
        return bool(self.silent or self.unanswered)

    def kept(self, life: Life) -> KeptRecord | None:
        """The record of an environment, if it has one."""
        application = self.installation.applications[life.environment.application]
        records = self.records.get(application.target)
        return records.environments.get(life.environment.id) if records else None

    def life(self, environment: EnvId) -> Life | None:
        """The life of that id."""
        return next((life for life in self.lives if life.environment.id == environment), None)
