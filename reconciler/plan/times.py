"""Ask what time says of one environment: the windows in force, people's words over them, and its own end."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.lifecycle.expiry import WARNING, expires_at, newest_push
from reconciler.model.environment import Environment, Life, LifeState
from reconciler.model.ids import Commit
from reconciler.model.instant import instant_text
from reconciler.model.lifetime import Push
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.reason import Reason
from reconciler.model.record import Record
from reconciler.model.times import Times
from reconciler.model.windows import Declarations, EnvironmentFacts, Gate, Level, PauseState, State, joined
from reconciler.plan.library import Library, Schedules
from reconciler.plan.sight import World
from reconciler.windows.changes import next_change
from reconciler.windows.gates import gate_state
from reconciler.windows.state import state

_ABOVE_FILES = frozenset({Level.OVERRIDE, Level.BINDING, Level.ENVIRONMENT})
"""Levels that decide whatever an application's file says."""


@dataclass(frozen=True, slots=True)
class Told:
    """What time says, and what must be said of it to people."""

    times: Times
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """An application's windows: the commit whose file is in force, `None` with `declared` where none can be read."""

    commit: Commit | None
    declared: Declarations | None


def times_of(life: Life, world: World, *, library: Library, record: Record | None) -> Told:
    """What time says at the instant of the world. Raises `Unreachable` where a mirror cannot be read."""
    environment = life.environment
    head = world.tables[environment.application].commit(environment.ref)
    followed = record.frozen if record and record.frozen and environment.rule.follow_creation else head
    pause = _file(environment, (followed, record.pause_commit if record else None), library=library)
    apply = _file(environment, _applied(environment, record), library=library)
    declared = _declared(environment, world, pause=pause.declared or Declarations(), apply=apply.declared or Declarations())
    facts = facts_of(environment)
    overrides = record.window_overrides if record else ()
    sleep = state(declared, facts, overrides=overrides, now=world.at)
    times = Times(
        at=world.at,
        facts=facts,
        declared=declared,
        pause=sleep if pause.declared is not None else _unmoved(sleep, record),
        gates={gate: gate_state(declared, facts, gate=gate, now=world.at) for gate in Gate},
        turns=next_change(declared, facts, overrides=overrides, now=world.at),
        expires=expires_at(environment.rule.expires_after, record, head=head, now=world.at) if record else None,
        pause_commit=pause.commit if pause.declared or (record and record.pause_commit) else None,
        apply_commit=apply.commit,
        push=_push(environment, record, head=head, now=world.at),
    )
    unreadable = library.schedules(environment.application, followed).problems if followed else ()
    return Told(times, (*_unread(environment, unreadable, force=pause.commit), *_ending(life, times)))


def _push(environment: Environment, record: Record | None, *, head: Commit | None, now: datetime) -> Push | None:
    """The newest push, where it decides when the environment expires: nothing else is worth a write."""
    if environment.rule.expires_after is None:
        return record.pushed if record else None
    if record is not None:
        return newest_push(record, head, now=now)
    return Push(head, now) if head is not None else None


def facts_of(environment: Environment) -> EnvironmentFacts:
    """What windows ask of an environment."""
    return EnvironmentFacts(environment.application, environment.branch, environment.type, environment.rule.may_pause)


def _applied(environment: Environment, record: Record | None) -> tuple[Commit | None, ...]:
    """An application restricts changes as it last said when it was applied, never as the commit says that asks (design 8.7)."""
    member = record.members.get(environment.application) if record else None
    return (member.commit if member else None, record.apply_commit if record else None)


def _file(environment: Environment, commits: Iterable[Commit | None], *, library: Library) -> _File:
    """The first of the commits whose windows can be read."""
    asked = [commit for commit in commits if commit is not None]
    for commit in asked:
        found: Schedules = library.schedules(environment.application, commit)
        if found.declared is not None:
            return _File(commit, found.declared)
    return _File(None, None if asked else Declarations())


def _declared(environment: Environment, world: World, *, pause: Declarations, apply: Declarations) -> Declarations:
    own = Declarations(pause=pause.pause, none=pause.none, apply=apply.apply)
    return joined(world.installation.windows, environment.rule.windows, own)


def _unmoved(sleep: PauseState, record: Record | None) -> PauseState:
    """Where nothing is known of the application's windows, it stays as it is, unless somebody decides who comes before them."""
    if any(one.decides and one.level in _ABOVE_FILES for one in sleep.considered):
        return sleep
    as_it_is = State.ASLEEP if record and record.sleep else State.AWAKE
    reason = Reason(f"its schedules file cannot be read, so it stays {as_it_is}")
    return replace(sleep, state=as_it_is, since=None, until=None, reason=reason, declaration=None)


def _unread(environment: Environment, errors: tuple[Problem, ...], *, force: Commit | None) -> tuple[Problem, ...]:
    if not errors:
        return ()
    stays = f"those of commit {force[:12]} stay in force" if force else "it neither sleeps nor wakes by them"
    message = f"the windows of {environment.application} cannot be used, so {stays}: {errors[0].message}"
    return (Problem(Severity.WARNING, "R930", errors[0].place, message, errors[0].hint or "mend the schedules file"),)


def _ending(life: Life, times: Times) -> tuple[Problem, ...]:
    """A word before an environment's time is over."""
    if life.state is not LifeState.LIVE or times.expires is None or times.expires - times.at > WARNING:
        return ()
    place: Place = life.environment.rule.at("expires_after")
    message = f"{life.environment} expires at {instant_text(times.expires)}"
    hint = f"push to its branch, or run `reconciler extend {life.environment}`"
    return (Problem(Severity.NOTE, "R931", place, message, hint),)
