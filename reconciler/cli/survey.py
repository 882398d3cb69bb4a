"""Plans of the environments that a reading command is asked about, with what could not be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.cli import output
from reconciler.cli.wire import Eyes
from reconciler.model.errors import ReconcilerError
from reconciler.model.instant import instant_text
from reconciler.model.plan import Hold, HoldKind, Plan
from reconciler.model.reason import Reason
from reconciler.model.refs import RefTable
from reconciler.plan.holds import Asked
from reconciler.plan.make import left_alone, make_in_turn
from reconciler.plan.observe import observe
from reconciler.plan.scene import Scene
from reconciler.plan.select import select
from reconciler.plan.sight import World
from reconciler.plan.wakings import Wakings, waking_since


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found. `remarks` are lines about repositories and targets that did not answer."""

    world: World
    plans: list[Plan]
    remarks: list[str]

    @property
    def failed(self) -> bool:
        """Whether a repository or a target did not answer."""
        return self.world.partial


def survey(parts: Eyes, names: Sequence[str], *, offline: bool) -> Survey:
    """Plan each environment that is asked for, all of them where none is named; one that cannot be planned harms no other."""
    world = observe(parts.installation, parts.reading, now=parts.clock.now(), offline=offline)
    lives = select(world.lives, names)
    wakings = Wakings()
    wakings.learn(world)
    plans = []
    for index, life in enumerate(lives):
        output.progress(index, len(lives), what="environments planned")
        scene = Scene(life, world, parts.reading, parts.library, world.kept(life), wakings)
        plan = _plan(scene, Asked(by_name=bool(names)))
        if not plan.wakes:
            wakings.tell(scene.target_name, life.environment.id, since=waking_since(scene.record, plan))
        plans.append(plan)
    output.progress(len(lives), len(lives), what="")
    return Survey(world, plans, remarks(world))


def _plan(scene: Scene, asked: Asked) -> Plan:
    try:
        return make_in_turn(scene, asked)
    except ReconcilerError as error:
        return left_alone(scene, Hold(HoldKind.PROBLEM, Reason(str(error))))


def remarks(world: World) -> list[str]:
    """What could not be seen: repositories whose last known refs are in force, and targets that did not answer."""
    stale = [f"{name}: {_stale(table)}" for name, table in world.tables.items() if table.failure]
    silent = [f"target {name}: {reason}" for name, reason in world.silent.items()]
    return [*stale, *silent]


def tell_remarks(remarks: Sequence[str], form: str) -> None:
    """Say them with the answer; beside a JSON document on standard error, where they spoil nothing."""
    for text in remarks:
        if form == "json":
            output.complain(text)
        else:
            output.say(text)


def _stale(table: RefTable) -> str:
    if table.listed_at is None:
        return f"nothing is known of its refs; {table.failure}"
    return f"stale, its refs of {instant_text(table.listed_at)} are in force; {table.failure}"
