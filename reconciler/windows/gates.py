"""Whether a gate is open at an instant, and why (design 8.7)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from reconciler.model.reason import Reason
from reconciler.model.windows import ApplyWindow, Considered, Declarations, EnvironmentFacts, Gate, GateState
from reconciler.windows.joining import about, allowing, opened, timeline_of
from reconciler.windows.scopes import left_out
from reconciler.windows.timeline import Stretch, stretch
from reconciler.windows.words import called, lasting, moment, written

_LATER = datetime.max.replace(tzinfo=UTC)
_Own = dict[ApplyWindow, Stretch]


def gate_state(declared: Declarations, facts: EnvironmentFacts, *, gate: Gate, now: datetime) -> GateState:
    """The state of one gate: the windows of all levels together, where deny wins and outside of every allow is closed.

    The application's own windows restrict what the operator's allow, and never add to it.
    """
    windows = about(declared, facts, gate=gate)
    whole = stretch(opened(windows), now)
    own: _Own = {window: stretch(timeline_of(window), now) for window in windows}
    decisive = _decisive(windows, own=own, whole=whole)
    return GateState(
        gate=gate,
        open=whole.on,
        since=whole.since,
        until=whole.until,
        reason=_reason(decisive, gate=gate, whole=whole),
        declaration=decisive.name if decisive else None,
        interrupt=not whole.on and any(window.interrupt for window in _closing(windows, own)),
        considered=tuple(_considered(window, facts, gate=gate, own=own, decides=window is decisive) for window in declared.apply),
    )


def _decisive(windows: Sequence[ApplyWindow], *, own: _Own, whole: Stretch) -> ApplyWindow | None:
    """Closed: the deny that lasts longest, else the allow that opens next. Open: the allow that is there, else the next deny."""
    denies = [window for window in windows if not window.allow]
    if whole.on:
        allows = [window for window in windows if window.allow and own[window].on]
        return _first_to_turn(allows, own) or _first_to_turn(denies, own)
    denying = [window for window in denies if own[window].on]
    if denying:
        return max(denying, key=lambda window: own[window].until or _LATER)
    shut = [group for group in allowing(windows) if not any(own[window].on for window in group)]
    nexts = [window for group in shut if (window := _first_to_turn(group, own)) is not None]
    return max(nexts, key=lambda window: own[window].until or _LATER)


def _closing(windows: Sequence[ApplyWindow], own: _Own) -> Iterator[ApplyWindow]:
    """What keeps a gate closed: every deny that is there, and every allow of a group of which none is."""
    yield from (window for window in windows if not window.allow and own[window].on)
    yield from (window for group in allowing(windows) if not any(own[one].on for one in group) for window in group)


def _first_to_turn(windows: Iterable[ApplyWindow], own: _Own) -> ApplyWindow | None:
    return min(windows, key=lambda window: own[window].until or _LATER, default=None)


def _reason(window: ApplyWindow | None, *, gate: Gate, whole: Stretch) -> Reason:
    if window is None:
        return Reason(f"no apply window is about {gate}")
    until = f" until {moment(whole.until, window.zone)}" if whole.until else ""
    opens = f"; it opens {moment(whole.until, window.zone)}" if whole.until else "; it does not open within two years"
    name = called(window)
    if whole.on and window.allow:
        return Reason(f"the {name} lets {gate} through{until}", window.place)
    if whole.on:
        return Reason(f"the {name} does not hold {gate} back{until}", window.place)
    waits = f"{gate} waits outside of the {name}" if window.allow else f"the {name} holds {gate} back"
    return Reason(f"{waits}{opens}", window.place)


def _considered(window: ApplyWindow, facts: EnvironmentFacts, *, gate: Gate, own: _Own, decides: bool) -> Considered:
    stretched = own.get(window)
    if stretched is None:
        outside = left_out(window, facts) or f"it gates {', '.join(sorted(window.gates))}, not {gate}"
        sentence = f"{written(window)}: not asked, for {outside}"
        return Considered(window.name, window.level, window.place, None, None, None, sentence, decides=False)
    since, until = stretched.since, stretched.until
    view = ("open" if window.allow else "in force") if stretched.on else ("shut" if window.allow else "not in force")
    sentence = f"{written(window)}: {view} {lasting(since, until, zone=window.zone)}"
    return Considered(window.name, window.level, window.place, stretched.on, since, until, sentence, decides)
