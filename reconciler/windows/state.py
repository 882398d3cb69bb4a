"""Whether an environment sleeps at an instant, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reconciler.model.reason import Reason
from reconciler.model.windows import (
    Considered,
    DatedException,
    Declarations,
    EnvironmentFacts,
    Level,
    NoPause,
    PauseState,
    PauseWindow,
    State,
    WindowOverride,
)
from reconciler.windows.clock import midnight
from reconciler.windows.joining import asleep, in_turn, must_stay_awake, timeline_of
from reconciler.windows.levels import ORDER, Decision, deciding
from reconciler.windows.scopes import left_out
from reconciler.windows.timeline import Stretch, stretch
from reconciler.windows.words import WHOSE, called, lasting, moment, written

_DAY = timedelta(days=1)
_LATER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What decides: an override, a window, a `none`, or nobody; `stays_awake` where nobody may decide."""

    decision: Decision
    override: WindowOverride | None
    window: PauseWindow | None
    stays_awake: bool


def state(
    declared: Declarations, facts: EnvironmentFacts, *, overrides: Sequence[WindowOverride] = (), now: datetime
) -> PauseState:
    """The state at an instant, by the levels of design 8.5. `since` and `until` are exact, `None` beyond two years.

    `declared` are the operator's, the environment rule's and the application's declarations, joined. Of several overrides
    in force the newest has the word.
    """
    whole = stretch(asleep(declared, facts, overrides=overrides), now)
    verdict = _verdict(declared, facts, overrides=overrides, whole=whole, now=now)
    return PauseState(
        state=State.ASLEEP if whole.on else State.AWAKE,
        since=whole.since,
        until=whole.until,
        reason=_reason(verdict, whole, now=now),
        declaration=_name(verdict),
        considered=tuple(_considered(declared, facts, overrides=overrides, verdict=verdict, now=now)),
    )


def _verdict(
    declared: Declarations, facts: EnvironmentFacts, *, overrides: Sequence[WindowOverride], whole: Stretch, now: datetime
) -> _Verdict:
    decision = deciding(declared, facts)
    if must_stay_awake(facts):
        return _Verdict(decision, None, None, stays_awake=True)
    in_force = [one for one in in_turn(overrides) if _in_force(one, now)]
    if in_force:
        return _Verdict(decision, in_force[-1], None, stays_awake=False)
    return _Verdict(decision, None, _decisive(decision.windows, whole, now=now), stays_awake=False)


def _in_force(override: WindowOverride, now: datetime) -> bool:
    return override.begins <= now and (override.ends is None or now < override.ends)


def _decisive(windows: Sequence[PauseWindow], whole: Stretch, *, now: datetime) -> PauseWindow | None:
    """Asleep: the window that lasts longest. Awake: the one that begins first."""
    own = {window: stretch(timeline_of(window), now) for window in windows}
    sleeping = [window for window in windows if own[window].on]
    if whole.on:
        return max(sleeping, key=lambda window: own[window].until or _LATER)
    return min(windows, key=lambda window: own[window].until or _LATER, default=None)


def _name(verdict: _Verdict) -> str | None:
    if verdict.override is not None:
        return str(Level.OVERRIDE)
    if verdict.window is not None:
        return verdict.window.name
    return "none" if verdict.decision.none is not None and not verdict.stays_awake else None


def _reason(verdict: _Verdict, whole: Stretch, *, now: datetime) -> Reason:
    decision, window = verdict.decision, verdict.window
    if verdict.stays_awake:
        return Reason("a permanent environment sleeps only where its rule says may_pause: true")
    if verdict.override is not None:
        return Reason(_said(verdict.override))
    if decision.none is not None:
        return Reason(f"the {WHOSE[decision.none.level]} `pause: none` keeps it awake", decision.none.place)
    return _of_level(window, whole, now=now) if window is not None else Reason("no pause window is about it")


def _of_level(window: PauseWindow, whole: Stretch, *, now: datetime) -> Reason:
    """The reason where the windows of a level decide, and of them this one."""
    exception = _exception(window, now)
    if exception is not None:
        return Reason(f"the {called(window)} is {exception.state} on {exception.date}", exception.place)
    if whole.on:
        return Reason(f"the {called(window)} has it asleep", window.place)
    own = stretch(timeline_of(window), now).until
    begins = f"; {window.name} begins {moment(own, window.zone)}" if own else ""
    return Reason(f"none of the {WHOSE[window.level]} pause windows has it asleep{begins}", window.place)


def _exception(window: PauseWindow, now: datetime) -> DatedException | None:
    """The dated exception of the window that holds at the instant."""
    zone = window.zone
    holding = (one for one in window.exceptions if midnight(one.date, zone) <= now < midnight(one.date + _DAY, zone))
    return next(holding, None)


def _considered(
    declared: Declarations,
    facts: EnvironmentFacts,
    *,
    overrides: Sequence[WindowOverride],
    verdict: _Verdict,
    now: datetime,
) -> Iterator[Considered]:
    """Every declaration's own view, from the level that decides first to the one that decides last."""
    for override in reversed(in_turn(overrides)):
        yield _of_override(override, verdict=verdict, now=now)
    for level in ORDER:
        for window in declared.pause:
            if window.level is level:
                yield _of_window(window, facts, verdict=verdict, now=now)
        for none in declared.none:
            if none.level is level:
                yield _of_none(none, verdict=verdict)


def _of_override(override: WindowOverride, *, verdict: _Verdict, now: datetime) -> Considered:
    in_force = _in_force(override, now)
    decides = override is verdict.override
    view, since, until = _of_time(override, now)
    weight = "" if decides or not in_force else _outranked(verdict)
    sentence = f"{WHOSE[Level.OVERRIDE]}: {_said(override)}; {view}{weight}"
    on = override.state is State.ASLEEP if in_force else None
    return Considered(str(Level.OVERRIDE), Level.OVERRIDE, None, on, since, until, sentence, decides)


def _of_time(override: WindowOverride, now: datetime) -> tuple[str, datetime | None, datetime | None]:
    """Where an override stands, since when and until when."""
    if override.begins > now:
        return "to come", None, override.begins
    return ("in force", override.begins, override.ends) if _in_force(override, now) else ("over", override.ends, None)


def _of_window(window: PauseWindow, facts: EnvironmentFacts, *, verdict: _Verdict, now: datetime) -> Considered:
    outside = left_out(window, facts)
    if outside is not None:
        return Considered(
            window.name,
            window.level,
            window.place,
            None,
            None,
            None,
            f"{written(window)}: not asked, for {outside}",
            decides=False,
        )
    own = stretch(timeline_of(window), now)
    exception = _exception(window, now)
    by = f", by its exception of {exception.date} ({exception.place})" if exception else ""
    decides = window is verdict.window
    at_level = verdict.decision.level is window.level and verdict.override is None and not verdict.stays_awake
    weight = "" if decides or at_level else _outranked(verdict)
    view = State.ASLEEP if own.on else State.AWAKE
    sentence = f"{written(window)}: {view} {lasting(own.since, own.until, zone=window.zone)}{by}{weight}"
    return Considered(window.name, window.level, window.place, own.on, own.since, own.until, sentence, decides)


def _of_none(none: NoPause, *, verdict: _Verdict) -> Considered:
    decides = none is verdict.decision.none and verdict.override is None and not verdict.stays_awake
    weight = "" if decides else _outranked(verdict)
    sentence = f"{WHOSE[none.level]} `pause: none` ({none.place}): awake{weight}"
    return Considered("none", none.level, none.place, False, None, None, sentence, decides)


def _outranked(verdict: _Verdict) -> str:
    """Why a declaration that has a view has no say."""
    if verdict.stays_awake:
        return "; has no say over a permanent environment"
    if verdict.override is not None:
        return f"; has no say while {verdict.override.author}'s override is in force"
    level = verdict.decision.level
    return f"; has no say, for the {WHOSE[level]} word comes first" if level else ""


def _said(override: WindowOverride) -> str:
    did = "paused" if override.state is State.ASLEEP else "resumed"
    until = f" until {moment(override.until)}" if override.until else ""
    back = f", taken back {moment(override.withdrawn)}" if override.withdrawn else ""
    return f"{override.author} {did} it {moment(override.begins)}{until}{back}: {override.reason}"
