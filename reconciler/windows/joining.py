"""Windows and overrides joined: the timeline on which an environment sleeps, and the one on which a gate is open."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache

from reconciler.model.lifetime import EnvironmentType
from reconciler.model.windows import (
    ApplyWindow,
    Declarations,
    EnvironmentFacts,
    Gate,
    Level,
    PauseWindow,
    State,
    WindowOverride,
)
from reconciler.windows.clock import midnight
from reconciler.windows.levels import deciding
from reconciler.windows.scopes import left_out
from reconciler.windows.timeline import NEVER, AllOf, AnyOf, Fixed, Leaf, Timeline, Without

_DAY = timedelta(days=1)


@lru_cache(maxsize=1024)
def timeline_of(window: PauseWindow | ApplyWindow) -> Timeline:
    """When one window has environments asleep, or its apply window is there; a dated exception beats what reaches into it."""
    leaf = Leaf(window.form, window.zone)
    if not isinstance(window, PauseWindow) or not window.exceptions:
        return leaf
    days: dict[State, list[Timeline]] = {State.AWAKE: [], State.ASLEEP: []}
    for one in window.exceptions:
        days[one.state].append(Fixed(midnight(one.date, window.zone), midnight(one.date + _DAY, window.zone)))
    return Without(AnyOf((leaf, *days[State.ASLEEP])), AnyOf(tuple(days[State.AWAKE])))


def must_stay_awake(facts: EnvironmentFacts) -> bool:
    """A permanent environment sleeps only if its rule lets it (design 8.5)."""
    return facts.type is EnvironmentType.PERMANENT and not facts.may_pause


def asleep(declared: Declarations, facts: EnvironmentFacts, *, overrides: Sequence[WindowOverride]) -> Timeline:
    """When the environment sleeps: by the level that decides, and over it by people, of whom the latest has the word."""
    if must_stay_awake(facts):
        return NEVER
    timeline: Timeline = _any_of(deciding(declared, facts).windows)
    for one in in_turn(overrides):
        told = Fixed(one.begins, one.ends)
        timeline = AnyOf((timeline, told)) if one.state is State.ASLEEP else Without(timeline, told)
    return timeline


def in_turn(overrides: Iterable[WindowOverride]) -> tuple[WindowOverride, ...]:
    """The overrides from the oldest word to the newest."""
    return tuple(sorted(overrides, key=lambda one: one.begins))


def about(declared: Declarations, facts: EnvironmentFacts, *, gate: Gate) -> tuple[ApplyWindow, ...]:
    """The apply windows of all levels that are about this gate of the environment."""
    return tuple(window for window in declared.apply if gate in window.gates and left_out(window, facts) is None)


def allowing(windows: Sequence[ApplyWindow]) -> tuple[tuple[ApplyWindow, ...], ...]:
    """The allow windows in groups, of which each must be open: the operator's, and the application's, which may only restrict."""
    allow = [window for window in windows if window.allow]
    of_application = tuple(window for window in allow if window.level is Level.APPLICATION)
    of_operator = tuple(window for window in allow if window.level is not Level.APPLICATION)
    return tuple(group for group in (of_operator, of_application) if group)


def opened(windows: Sequence[ApplyWindow]) -> Timeline:
    """When a gate with these windows is open: inside of what is allowed, outside of what is denied."""
    allowed = AllOf(tuple(_any_of(group) for group in allowing(windows)))
    denied = tuple(window for window in windows if not window.allow)
    return Without(allowed, _any_of(denied)) if denied else allowed


def _any_of(windows: Sequence[PauseWindow | ApplyWindow]) -> AnyOf:
    return AnyOf(tuple(timeline_of(window) for window in windows))
