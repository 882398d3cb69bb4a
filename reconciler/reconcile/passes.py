"""Passes: look at the world, then pass over one environment at a time; each fails alone."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from reconciler.model.environment import Life, LifeState
from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import AppName, EnvId
from reconciler.model.plan import Plan
from reconciler.model.ports import Clock
from reconciler.model.reason import Reason
from reconciler.model.record import InstallationRecord, KeptRecord
from reconciler.model.run import Outcome, PassLine, Run
from reconciler.model.settings import Installation
from reconciler.plan.holds import Asked
from reconciler.plan.library import Library
from reconciler.plan.make import make_in_turn
from reconciler.plan.observe import observe
from reconciler.plan.scene import Scene
from reconciler.plan.sight import Reading, World
from reconciler.plan.wakings import Wakings, waking_since
from reconciler.reconcile.carry_out import carry_out
from reconciler.reconcile.crew import Crew, Writing
from reconciler.reconcile.remember import leaned_on, noted
from reconciler.reconcile.tombstones import buried, outlived, unburied

_ASK_READY: Final = timedelta(seconds=10)
"""How long until it is asked again whether what was woken is ready."""


class PassOutcome(StrEnum):
    """What a pass over one environment came to."""

    NOTHING = "nothing"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """One pass over one environment. `detail` says what was done, what it waits for, or what went wrong; `due`
    is when time next turns something in it. `life` is `None` where the environment is not there any more, `plan` also where
    none could be made."""

    label: str
    outcome: PassOutcome
    changed: int
    reason: str
    detail: str
    life: Life | None = None
    plan: Plan | None = None
    run: Run | None = None
    due: datetime | None = None


Document = Callable[[Plan], str]
"""How a plan is written down for history: one JSON document."""


class Passes:
    """Looks at the world and carries out what is wanted. Several threads may pass over different environments at once."""

    def __init__(
        self, installation: Installation, reading: Reading, *, writing: Writing, clock: Clock, document: Document
    ) -> None:
        self._installation = installation
        self._reading = reading
        self._writing = writing
        self._clock = clock
        self._document = document
        self._library = Library(reading.files)
        self._lock = threading.Lock()
        self._fresh: dict[EnvId, KeptRecord | None] = {}
        self._wakings = Wakings()
        self._tally: list[PassOutcome] = []
        self.world: World | None = None

    def look(self, reason: str, *, offline: bool = False) -> tuple[str, ...]:
        """Observe everything once and remember what was learned; the ids of the environments to pass over."""
        world = observe(self._installation, self._reading, now=self._clock.now(), offline=offline)
        for application, known in world.learned.items():
            self._writing.journal.refs_seen(application, known)
        with self._lock:
            self.world = world
            self._fresh = {}
        self._wakings.learn(world)
        self._clear(world)
        return tuple(life.environment.id for life in world.lives if life.state is not LifeState.REFUSED)

    def over(self, key: str, reason: str, *, asked: Asked | None = None, doomed: Reason | None = None) -> Report:
        """One pass over the environment of that id. With `doomed` it is torn down for that reason, whatever git says."""
        life = self.world.life(EnvId(key)) if self.world else None
        if self.world is None or life is None:
            return self._count(Report(key, PassOutcome.NOTHING, 0, reason, "it is not there any more"))
        if doomed is not None:
            life = replace(life, state=LifeState.DEATH, reason=doomed)
        try:
            report = self._pass(self.world, life, reason=reason, asked=asked or Asked())
        except ReconcilerError as error:
            report = Report(str(life.environment), PassOutcome.FAILED, 0, reason, str(error))
        return self._count(replace(report, life=life, due=self._due(self.world, life, plan=report.plan)))

    def finish(self, reason: str, *, idle: bool = True) -> None:
        """Write the pass's own line; with `idle` false only where something changed or failed."""
        with self._lock:
            tally, self._tally = self._tally, []
        changed, failed = tally.count(PassOutcome.DONE), tally.count(PassOutcome.FAILED)
        if idle or changed or failed:
            self._writing.journal.passed(PassLine(self._clock.now(), reason, len(tally), changed, failed))

    def _pass(self, world: World, life: Life, *, reason: str, asked: Asked) -> Report:
        plan = self._plan(world, life, asked=asked)
        if not plan.failed and not plan.waits and _worth_a_run(plan):
            return self._run(world, plan, reason=reason)
        self._note(plan)
        label = str(life.environment)
        if plan.failed:
            first = next(problem for problem in plan.problems if problem.severity == "error")
            return Report(label, PassOutcome.FAILED, 0, reason, str(first), plan=plan)
        waiting = "; ".join(str(hold.reason) for hold in plan.holds)
        outcome = PassOutcome.HELD if plan.holds else PassOutcome.NOTHING
        return Report(label, outcome, 0, reason, waiting or "nothing to do", plan=plan)

    def _plan(self, world: World, life: Life, *, asked: Asked) -> Plan:
        """The plan; where it holds secret values and the installation has no key yet, the key is made and the plan made again."""
        scene = Scene(life, world, self._reading, self._library, self._kept(world, life), self._wakings)
        plan = make_in_turn(scene, asked)
        if not plan.failed and not plan.waits and _has_secrets(plan) and scene.target.key() is None:
            self._writing.targets[scene.target_name].make_key()
            plan = make_in_turn(scene, asked)
        return plan

    def _run(self, world: World, plan: Plan, *, reason: str) -> Report:
        environment = plan.environment
        application = self._installation.applications[environment.application]
        writer = self._writing.targets[application.target]
        if plan.life.state in {LifeState.DEATH, LifeState.BIRTH}:
            self._remember_death(world, plan)
        crew = Crew(writer, self._writing.keeper, self._writing.journal, self._clock)
        document = self._document(plan)
        carried = carry_out(plan, crew, installation=self._installation.name, reason=reason, document=document)
        with self._lock:
            self._fresh[environment.id] = carried.kept
        run, plan = carried.run, replace(plan, holds=(*plan.holds, *carried.holds))
        if run.outcome is Outcome.DONE:
            return Report(str(environment), PassOutcome.DONE, len(plan.effective), reason, _done(plan, run), plan=plan, run=run)
        outcome = PassOutcome.FAILED if run.outcome is Outcome.FAILED else PassOutcome.HELD
        return Report(str(environment), outcome, len(plan.effective), reason, run.error, plan=plan, run=run)

    def _note(self, plan: Plan) -> None:
        """Swap the record for one that knows what the look has shown, where no run does."""
        if plan.record is None or plan.revision is None or (record := noted(plan.record, plan)) == plan.record:
            return
        target = self._installation.applications[plan.environment.application].target
        if record.pause_commit != plan.record.pause_commit:
            self._writing.keeper.keep(plan.environment.id, {}, also=leaned_on(record))
        revision = self._writing.targets[target].save(record, plan.revision)
        with self._lock:
            self._fresh[plan.environment.id] = KeptRecord(record, revision)

    def _remember_death(self, world: World, plan: Plan) -> None:
        """A tombstone before a teardown and none before a birth, so that either can be cut off and gone on with (design 5.3)."""
        environment = plan.environment
        head = world.tables[environment.application].commit(environment.ref)
        dies, now = plan.life.state is LifeState.DEATH, self._clock.now()
        target = self._installation.applications[environment.application].target
        seen = world.records[target].installation
        if dies or unburied(seen, plan) != seen:
            self._change(target, lambda record: buried(record, plan, head=head, now=now) if dies else unburied(record, plan))

    def _change(self, target: str, change: Callable[[InstallationRecord], InstallationRecord]) -> None:
        """Swap the installation's record of a target for a changed one; nothing is written where nothing changes."""
        with self._lock:
            records = self._reading.targets[target].records()
            after = change(records.installation)
            if after != records.installation:
                self._writing.targets[target].save_installation(after, records.revision)

    def _clear(self, world: World) -> None:
        """Take away the tombstones of branches that are gone; where that fails the next look does it."""
        for name, seen in world.records.items():
            if outlived(seen.installation, world.tables) != seen.installation:
                with contextlib.suppress(ReconcilerError):
                    self._change(name, lambda record: outlived(record, world.tables))

    def _kept(self, world: World, life: Life) -> KeptRecord | None:
        with self._lock:
            fresh: Mapping[EnvId, KeptRecord | None] = self._fresh
            if life.environment.id in fresh:
                return fresh[life.environment.id]
        return world.kept(life)

    def _due(self, world: World, life: Life, *, plan: Plan | None) -> datetime | None:
        """When to look again: what time turns next, whether what wakes is ready, and at once where there is room to wake now."""
        kept, target = self._kept(world, life), self._installation.applications[life.environment.application].target
        since = waking_since(kept.record if kept else None, plan)
        now = self._clock.now()
        if self._wakings.tell(target, life.environment.id, since=since):
            return now
        instants = [_due(plan) if plan else None]
        if since is not None and now < since + self._installation.targets[target].waking.ready_within:
            instants.append(now + _ASK_READY)
        return min((instant for instant in instants if instant is not None), default=None)

    def _count(self, report: Report) -> Report:
        with self._lock:
            self._tally.append(report.outcome)
        return report


def _due(plan: Plan) -> datetime | None:
    """The first instant after the plan's own at which time turns something: sleep, a gate, a hold, its life."""
    times = plan.times
    if times is None:
        return None
    instants = (times.turns, times.expires, plan.life.due, *(hold.until for hold in plan.holds))
    return min((instant for instant in instants if instant is not None and instant > times.at), default=None)


def _has_secrets(plan: Plan) -> bool:
    return any(change.desired is not None and change.key.kind == "Secret" for change in plan.changes)


def _worth_a_run(plan: Plan) -> bool:
    """Whether anything would change at the target, or the members moved: a new commit, another branch, a first setup."""
    if plan.effective or plan.life.state is LifeState.DEATH:
        return True
    if plan.imports is None:
        return False
    record = plan.record
    if plan.asleep or (record is not None and record.sleep is not None):
        return _worth_a_turn(plan)
    states = plan.record.members if plan.record else {}
    moved = any(
        (state := states.get(member.application)) is None or (state.ref, state.commit) != (member.ref, member.commit)
        for member in plan.imports.members
        if member.application in plan.configurations
    )
    left = set(states) - {AppName(member.application) for member in plan.imports.members}
    unfinished = plan.record is not None and plan.record.open_run is not None
    return moved or bool(left) or unfinished or any(workflow in {"setup", "patch"} for workflow in plan.workflows.values())


def _worth_a_turn(plan: Plan) -> bool:
    """Whether an environment that sleeps or slept has turned, or its members have moved since."""
    record = plan.record
    if record is None or record.open_run is not None or not plan.asleep or record.sleep is None or plan.imports is None:
        return True
    return record.sleep.commits != {member.application: member.commit for member in plan.imports.members}


def _done(plan: Plan, run: Run) -> str:
    counted = [f"{count} {operation}d" for operation, count in sorted(run.counts.items()) if operation != "keep"]
    return f"run {run.number} ({plan.workflow}): {', '.join(counted) or 'no object changed'}"
