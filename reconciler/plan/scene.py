"""One environment in the world it was seen in, and what a plan of it is made from."""

from dataclasses import dataclass, field

from reconciler.model.environment import Life
from reconciler.model.ports import TargetReader
from reconciler.model.record import KeptRecord, Record
from reconciler.model.settings import Target
from reconciler.plan.library import Library
from reconciler.plan.sight import Reading, World
from reconciler.plan.wakings import Wakings
from reconciler.render.setting import Setting


@dataclass(frozen=True, slots=True)
class Scene:
    """One environment in the world it was seen in, with its record as it is kept now."""

    life: Life
    world: World
    reading: Reading
    library: Library
    kept: KeptRecord | None
    wakings: Wakings = field(default_factory=Wakings)

    @property
    def record(self) -> Record | None:
        """Its record."""
        return self.kept.record if self.kept else None

    @property
    def target_name(self) -> str:
        """The target of its application."""
        return self.world.installation.applications[self.life.environment.application].target

    @property
    def target(self) -> TargetReader:
        """Its target, read only."""
        return self.reading.targets[self.target_name]

    @property
    def settings(self) -> Target:
        """What config.yaml says of its target."""
        return self.world.installation.targets[self.target_name]

    @property
    def setting(self) -> Setting:
        """What config.yaml says to rendering."""
        installation = self.world.installation
        return Setting(installation.name, self.settings, installation.applications)
