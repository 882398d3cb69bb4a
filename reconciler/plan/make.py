"""Make the plan of one environment: gather, choose, render, put to sleep, read live, compare, guard, and keep to the gates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.diff.asleep import asleep, in_reverse, suspended
from reconciler.diff.autoscaled import left_to_autoscalers
from reconciler.diff.compare import Scope, compare, strangers, unchangeable
from reconciler.diff.foreseen import ending, foreseen
from reconciler.diff.guard import guard
from reconciler.diff.missed import missed, still_suspended
from reconciler.diff.order import in_waves
from reconciler.diff.tasks import annotation
from reconciler.kinds.table import kind_of
from reconciler.model.change import Change
from reconciler.model.configuration import WorkflowName
from reconciler.model.environment import LifeState
from reconciler.model.ids import AppName
from reconciler.model.objects import MEMBER, Desired, LiveObjects, ObjectKey
from reconciler.model.plan import Hold, HoldKind, Plan
from reconciler.model.problem import Problem, errors_of, in_order
from reconciler.model.reason import Reason
from reconciler.model.rendered import Inputs, Rendered, Resolved
from reconciler.model.times import Times
from reconciler.model.windows import Gate, GateState
from reconciler.plan.as_applied import as_it_was_left, record_as_applied, world_as_applied
from reconciler.plan.choose import choose, with_repairs
from reconciler.plan.gates import (
    Parts,
    can_be_stopped,
    closed_gates,
    gates_of,
    held_in_part,
    held_whole,
    in_part,
    moves,
    parts_of,
    shut_for_turns,
    without,
)
from reconciler.plan.gather import Gathered, gather
from reconciler.plan.holds import Asked, auto_deploy_hold, confirmed
from reconciler.plan.hosts import taken_hosts
from reconciler.plan.immutable import with_kept_values
from reconciler.plan.scene import Scene
from reconciler.plan.sleep import (
    as_it_is,
    awaiting_jobs,
    awaiting_starts,
    awaiting_waking,
    by_word,
    only_suspending,
    turns,
    with_reasons,
    without_tasks,
)
from reconciler.plan.supply import read_files, read_secrets
from reconciler.plan.times import times_of
from reconciler.render.group import group
from reconciler.render.needs import needs

BY_ITSELF = Asked()


def make(scene: Scene, asked: Asked = BY_ITSELF) -> Plan:
    """The plan of one environment. Raises `Unreachable` or `Refused` where the target or a mirror cannot be read."""
    if scene.life.state is LifeState.REFUSED:
        hold = Hold(HoldKind.PERSON, scene.life.reason, scene.life.due)
        return left_alone(scene, hold)
    told = times_of(scene.life, scene.world, library=scene.library, record=scene.record)
    waits = stays(scene, asked, times=told.times)
    live = scene.target.live(scene.life.environment, scene.record)
    plan = _timed(scene, live, asked=asked, times=as_it_is(told.times, scene.record, hold=waits) if waits else told.times)
    return replace(
        plan,
        holds=(*((waits,) if waits else ()), *plan.holds),
        problems=in_order((*plan.problems, *told.problems)),
        unready=tuple(found.key for found in live.owned() if found.unready),
    )


def make_in_turn(scene: Scene, asked: Asked = BY_ITSELF) -> Plan:
    """The same; one that wakes the environment is given only when it may, which counts from then on."""
    while True:
        plan = make(scene, asked)
        if plan.times is None or not plan.wakes:
            return plan
        anyway = by_word(plan.times, asked)
        if scene.wakings.let_in(scene.settings, plan.environment.id, now=scene.world.at, anyway=anyway):
            return plan


def stays(scene: Scene, asked: Asked = BY_ITSELF, *, times: Times) -> Hold | None:
    """Why an environment that is to fall asleep or to wake stays as it is: its gate is closed, or it is not its turn."""
    record = scene.record
    if record is None or not turns(record, times) or scene.life.state is LifeState.DEATH:
        return None
    shut = shut_for_turns(record, times, asked=asked)
    if shut or times.asleep or by_word(times, asked):
        return shut
    return scene.wakings.wait(scene.settings, record.environment, now=scene.world.at)


def _timed(scene: Scene, live: LiveObjects, *, asked: Asked, times: Times) -> Plan:
    """The plan as time lets it be carried out; one that waits puts to sleep, wakes and repairs what was applied before."""
    if scene.life.state is LifeState.DEATH:
        return _teardown(scene, live, asked=asked, times=times)
    busy = awaiting_jobs(scene.record, live, times=times, at_most=scene.world.installation.pause_after)
    if busy:
        return _while_jobs_end(scene, live, times=times, busy=busy)
    newest = _draft(scene, live, asked=asked, times=times)
    closed = closed_gates(newest.plan, asked)
    plan = _gated(newest, closed) if closed else newest.plan
    if (plan.failed or plan.waits) and (Gate.APPLY in closed or turns(scene.record, times)):
        return _as_applied(scene, live, times=times, waiting=plan) or plan
    return _with_gates(plan, newest) if can_be_stopped(times, asked) else plan


def _with_gates(plan: Plan, draft: "_Draft") -> Plan:
    return replace(plan, gates=gates_of(plan.changes, draft.parts))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A plan before any gate; `awake` are the objects as they are when they do not sleep."""

    plan: Plan
    scene: Scene
    live: LiveObjects
    awake: tuple[Desired, ...] = ()

    @property
    def parts(self) -> Parts:
        """Which part of the plan each change belongs to."""
        return parts_of((*self.awake, *asleep(self.awake, self.live)), self.scene.record, target=self.scene.target)


def _gated(draft: _Draft, closed: Mapping[Gate, GateState]) -> Plan:
    parts = draft.parts
    if Gate.APPLY in closed and moves(draft.plan, parts):
        return held_whole(draft.plan, closed[Gate.APPLY])
    return held_in_part(draft.plan, parts, closed=closed)


def _while_jobs_end(scene: Scene, live: LiveObjects, *, times: Times, busy: tuple[Hold, ...]) -> Plan:
    """What is done before sleep while jobs end: cron jobs are suspended, or jobs might follow each other without end."""
    waiting = replace(_empty(scene), times=times, holds=busy)
    plan = _left(scene, live, times=times)
    if plan is None or plan.failed or plan.waits:
        return waiting
    only = only_suspending(plan)
    return replace(only, asleep=False, holds=in_part(busy)) if only.effective else waiting


def _as_applied(scene: Scene, live: LiveObjects, *, times: Times, waiting: Plan) -> Plan | None:
    """What may be done although the newest plan waits: `None` where that is nothing."""
    plan = _left(scene, live, times=times)
    if plan is None or plan.failed or plan.waits or not (plan.effective or turns(scene.record, times)):
        return None
    broken = tuple(Hold(HoldKind.PROBLEM, Reason(problem.message, problem.place)) for problem in errors_of(waiting.problems))
    return replace(plan, holds=in_part((*waiting.holds, *broken)))


def _left(scene: Scene, live: LiveObjects, *, times: Times) -> Plan | None:
    """The plan of what was applied last, without what is newer; `None` where nothing was."""
    kept = scene.kept
    if kept is None or not kept.record.members:
        return None
    world = world_as_applied(scene.world, kept.record, asleep=times.asleep)
    before = replace(scene, world=world, kept=record_as_applied(kept))
    draft = _draft(before, live, asked=BY_ITSELF, times=times)
    gates = {Gate.APPLY, Gate.PRUNE, *closed_gates(draft.plan, BY_ITSELF)}
    plan = as_it_was_left(without(draft.plan, draft.parts, gates=gates), kept.record)
    return _with_gates(plan, draft) if can_be_stopped(times, BY_ITSELF) else plan


def _draft(scene: Scene, live: LiveObjects, *, asked: Asked, times: Times) -> _Draft:
    gathered = gather(scene.life.environment, scene.world, library=scene.library, record=scene.record)
    if gathered.resolved is None:
        return _Draft(replace(_empty(scene), times=times, problems=gathered.problems), scene, live)
    chosen = choose(gathered.resolved, scene.record)
    workflows = without_tasks(chosen) if times.asleep else chosen
    rendered = _render(scene, with_kept_values(gathered.resolved, live), workflows=workflows)
    live = scene.target.stand_at(_missing(scene, rendered, live=live), live)
    awake = left_to_autoscalers(rendered.objects, live)
    starts = () if times.asleep else missed(awake, live, woke=times.pause.since, now=times.at)
    rendered = (
        _as_it_sleeps(rendered, awake, live=live) if times.asleep else replace(rendered, objects=still_suspended(awake, starts))
    )
    comparison = _compare(scene, gathered.resolved, rendered=rendered, live=live, asked=asked)
    late = () if times.asleep else _suspended_last(scene, awake)
    comparison = replace(comparison, changes=with_reasons(comparison.changes, scene.record, times=times, late=late))
    plan = _joined(scene, gathered, rendered=rendered, comparison=comparison, workflows=workflows)
    plan = replace(plan, times=times, asleep=times.asleep)
    guarded = guard(plan.changes, live, limits=scene.world.installation.prune)
    held = auto_deploy_hold(replace(plan, workflows=chosen), asked)
    waiting = (*ending(plan.changes, live.objects), *held, *awaiting_waking(chosen, times), *awaiting_starts(starts))
    plan = replace(plan, holds=(*waiting, *confirmed(plan, guarded, asked=asked)))
    return _Draft(plan, scene, live, awake)


def _as_it_sleeps(rendered: Rendered, awake: tuple[Desired, ...], *, live: LiveObjects) -> Rendered:
    return replace(rendered, objects=asleep(awake, live), waves=in_reverse(rendered.waves))


def _suspended_last(scene: Scene, awake: tuple[Desired, ...]) -> frozenset[ObjectKey]:
    """The objects that were suspended when they were last applied, though awake they are not."""
    forms = [suspended(desired) for desired in awake if kind_of(desired.key.kind).suspend is not None]
    return parts_of(forms, scene.record, target=scene.target).applied


def left_alone(scene: Scene, hold: Hold) -> Plan:
    """A plan that does nothing, and why."""
    return replace(_empty(scene), holds=(hold,))


def _render(scene: Scene, resolved: Resolved, *, workflows: Mapping[AppName, WorkflowName]) -> Rendered:
    needed = needs(resolved, scene.setting)
    inputs = Inputs(
        files=read_files(needed, scene.reading.files),
        secrets=read_secrets(needed, scene.life.environment, secrets=scene.reading.secrets),
        key=scene.target.key(),
        workflows=workflows,
    )
    asked = (resolved, inputs, scene.setting)
    return scene.library.rendered(scene.life.environment.id, asked, render=lambda: group(resolved, inputs, setting=scene.setting))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes in the order of the waves, and the problems of what stands in their way."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def _missing(scene: Scene, rendered: Rendered, *, live: LiveObjects) -> tuple[ObjectKey, ...]:
    """What would be created; a job that ran already is not."""
    ran = {run.name for run in scene.record.jobs} if scene.record else set()
    keys = (desired.key for desired in rendered.objects if desired.job is None or desired.key.name not in ran)
    return tuple(key for key in keys if key not in live.objects)


def _compare(scene: Scene, resolved: Resolved, *, rendered: Rendered, live: LiveObjects, asked: Asked) -> Comparison:
    """The changes as the target foresees them; compared by what it would hold of each manifest, carried out with that itself."""
    wanted = {desired.key: desired for desired in rendered.objects}
    held = [replace(desired, manifest=scene.target.held(desired.manifest)) for desired in rendered.objects]
    record = scene.record
    scope = Scope(
        prunable=_prunable(resolved, live),
        group=not resolved.unreadable,
        jobs=record.jobs if record else (),
        applied=record.objects if record else {},
        members=frozenset(member.application for member in resolved.plan.members),
        take_over=asked.take_over,
    )
    compared = in_waves(compare(held, live, scope=scope), rendered.waves)
    changes = tuple(replace(change, desired=wanted.get(change.key)) for change in compared)
    problems = (*strangers(held, live, take_over=asked.take_over), *unchangeable(held, live, scope=scope))
    if problems or any(found.ending for found in live.objects.values()):
        return Comparison(changes, problems)
    seen = foreseen(changes, scene.target.preview(changes), environment=scene.life.environment)
    return Comparison(seen.changes, seen.problems)


def _prunable(resolved: Resolved, live: LiveObjects) -> frozenset[AppName]:
    """The members whose objects may be deleted: not those that are aborted or cannot be read (design 9.1)."""
    barred = resolved.unreadable | {member.application for member in resolved.plan.members if member.aborted}
    return (_bearing(live) | frozenset(resolved.configurations)) - barred


def _bearing(live: LiveObjects) -> frozenset[AppName]:
    """The members that our live objects name."""
    named = (annotation(one, MEMBER) for one in live.owned())
    return frozenset(AppName(name) for name in named if name)


def _joined(
    scene: Scene, gathered: Gathered, *, rendered: Rendered, comparison: Comparison, workflows: Mapping[AppName, WorkflowName]
) -> Plan:
    resolved = gathered.resolved
    if resolved is None:
        return replace(_empty(scene), problems=gathered.problems)
    taken = taken_hosts(scene.world, scene.life.environment, hosts=rendered.hosts)
    return replace(
        _empty(scene),
        imports=resolved.plan,
        workflows=with_repairs(workflows, comparison.changes),
        changes=comparison.changes,
        waves=rendered.waves,
        problems=in_order((*gathered.problems, *rendered.problems, *comparison.problems, *taken)),
        unsupported=rendered.unsupported,
        urls=rendered.urls,
        hosts=rendered.hosts,
        configurations=resolved.configurations,
        variables_digests={name: variables.digest for name, variables in resolved.variables.items()},
    )


def _teardown(scene: Scene, live: LiveObjects, *, asked: Asked, times: Times) -> Plan:
    scope = Scope(prunable=frozenset(_bearing(live)), group=True, jobs=(), applied={}, teardown=True)
    changes = in_waves(compare([], live, scope=scope), ())
    workflows = {scene.life.environment.application: WorkflowName.TEARDOWN}
    held = ending((), live.objects)
    gates = {change.key: Gate.TEARDOWN for change in changes} if can_be_stopped(times, asked) else {}
    plan = replace(_empty(scene), workflows=workflows, changes=changes, holds=held, times=times, gates=gates)
    closed = closed_gates(plan, asked).get(Gate.TEARDOWN)
    return held_whole(plan, closed) if closed else plan


def _empty(scene: Scene) -> Plan:
    kept = scene.kept
    return Plan(
        environment=scene.life.environment,
        life=scene.life,
        imports=None,
        workflows={},
        changes=(),
        waves=(),
        holds=(),
        problems=(),
        unsupported=(),
        urls=(),
        hosts=(),
        configurations={},
        variables_digests={},
        record=kept.record if kept else None,
        revision=kept.revision if kept else None,
    )
