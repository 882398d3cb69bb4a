"""Doubts about windows that their grammar cannot raise: what never or always is, overlaps, or falls into a clock change."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.windows import ApplyWindow, Declarations, PauseWindow, State, WallSpan
from reconciler.windows.clock import midnight
from reconciler.windows.clock_changes import falls_into
from reconciler.windows.joining import timeline_of
from reconciler.windows.spans import Span, Spans, intersection
from reconciler.windows.timeline import HORIZON, Leaf, between
from reconciler.windows.words import moment

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def check(declared: Declarations, *, now: datetime) -> tuple[Problem, ...]:
    """The warnings and notes about one file's windows in the two years that come, by place."""
    within = Span(now, now + HORIZON)
    problems: list[Problem] = []
    for window in declared.pause:
        problems += _of_presence(window, within)
        problems += _of_weekends(window)
        problems += _of_exceptions(window, now=now)
        problems += falls_into(window, within)
    for apply in declared.apply:
        problems += _of_presence(apply, within)
        problems += falls_into(apply, within)
    problems += _of_overlaps(declared.pause, within)
    return in_order(problems)


def _of_presence(window: PauseWindow | ApplyWindow, within: Span) -> Iterator[Problem]:
    """R820 and R821: no boundary is left to wait for."""
    spans = between(timeline_of(window), within)
    kind = "pause" if isinstance(window, PauseWindow) else "apply"
    if not spans:
        message = f"{kind} window {window.name!r} is never there within the coming two years"
        yield _warning("R820", window.place, message=message, hint="remove it, or correct its dates")
    elif spans == (within,):
        message = f"{kind} window {window.name!r} is there at all times within the coming two years"
        yield _warning("R821", window.place, message=message, hint="shorten it; each beginning falls before the end of the last")


def _of_overlaps(windows: Sequence[PauseWindow], within: Span) -> Iterator[Problem]:
    """R822, for windows that may be about the same environments."""
    presences = [(window, between(timeline_of(window), within)) for window in windows]
    for (first, here), (second, there) in combinations(presences, 2):
        common = intersection(here, there)
        if common and first.level is second.level and not _apart(first, second):
            message = (
                f"pause window {second.name!r} overlaps {first.name!r}, for the first time {moment(common[0].begin, second.zone)}"
            )
            hint = "it is asleep while any of them says so; correct the times where that is not meant"
            yield Problem(Severity.NOTE, "R822", second.place, message, hint, (first.place,))


def _apart(first: PauseWindow, second: PauseWindow) -> bool:
    """Whether applications or types tell that no environment is in both scopes; of globs nobody can tell."""
    pairs = (
        (first.scope.applications, second.scope.applications),
        (first.scope.types, second.scope.types),
    )
    return any(left and right and not set(left) & set(right) for left, right in pairs)


def _of_weekends(window: PauseWindow) -> Iterator[Problem]:
    """R826: `keep_paused` where no pause would end on a Saturday or Sunday."""
    form = window.form
    if not isinstance(form, WallSpan) or not form.keep_paused:
        return
    later = 0 if form.begins < form.ends else 1
    if not any((day + later) % 7 >= _SATURDAY for day in form.days):
        message = f"pause window {window.name!r}: no pause ends on a Saturday or Sunday, so `keep_paused` changes nothing"
        yield _warning("R826", window.at("weekends"), message=message, hint="let a pause begin on a day whose end is a Saturday")


def _of_exceptions(window: PauseWindow, *, now: datetime) -> Iterator[Problem]:
    """R825: an exception that is over, that no day has, or that changes nothing."""
    leaf = Leaf(window.form, window.zone)
    for one in window.exceptions:
        day = Span(midnight(one.date, window.zone), midnight(one.date + _DAY, window.zone))
        if day.begin == day.end:
            why = f"{window.zone} skips that day"
        elif day.end <= now:
            why = "that day is over"
        elif _is_so(between(leaf, day), day, state=one.state):
            why = f"the window is {one.state} on that day anyway"
        else:
            continue
        message = f"exception for {one.date} has no effect: {why}"
        yield _warning("R825", one.place, message=message, hint="remove it, or correct its date")


def _is_so(asleep: Spans, day: Span, *, state: State) -> bool:
    return asleep == (day,) if state is State.ASLEEP else not asleep


def _warning(code: str, place: Place, *, message: str, hint: str) -> Problem:
    return Problem(Severity.WARNING, code, place, message, hint)
