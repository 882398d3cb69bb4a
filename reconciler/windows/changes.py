"""When sleep and gates turn: the next instant to wake up for, and all of them within a calendar."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from reconciler.model.windows import Declarations, EnvironmentFacts, Gate, Turn, WindowOverride
from reconciler.windows.gates import gate_state
from reconciler.windows.joining import about, asleep, opened
from reconciler.windows.spans import Span, Spans, complement
from reconciler.windows.state import state
from reconciler.windows.timeline import between, edges_after


def next_change(
    declared: Declarations, facts: EnvironmentFacts, *, overrides: Sequence[WindowOverride] = (), now: datetime
) -> datetime | None:
    """The first instant after this one at which sleep or any gate turns; `None` where none does within two years."""
    timelines = [asleep(declared, facts, overrides=overrides)]
    timelines += [opened(windows) for gate in Gate if (windows := about(declared, facts, gate=gate))]
    return min((edge for timeline in timelines for edge in _first(edges_after(timeline, now))), default=None)


def changes_between(
    declared: Declarations, facts: EnvironmentFacts, *, overrides: Sequence[WindowOverride] = (), start: datetime, end: datetime
) -> tuple[Turn, ...]:
    """Every turn after `start` and up to `end`, in order, each with the reason that holds from then on."""
    turns: list[Turn] = []
    at = next_change(declared, facts, overrides=overrides, now=start)
    while at is not None and at <= end:
        turns += _turns_at(at, declared, facts=facts, overrides=overrides)
        at = next_change(declared, facts, overrides=overrides, now=at)
    return tuple(turns)


def asleep_between(
    declared: Declarations, facts: EnvironmentFacts, *, overrides: Sequence[WindowOverride] = (), start: datetime, end: datetime
) -> Spans:
    """The spans of sleep within two instants, for a calendar."""
    return between(asleep(declared, facts, overrides=overrides), Span(start, end))


def closed_between(declared: Declarations, facts: EnvironmentFacts, *, gate: Gate, start: datetime, end: datetime) -> Spans:
    """The spans within two instants in which a gate is closed, for a calendar."""
    within = Span(start, end)
    return complement(between(opened(about(declared, facts, gate=gate)), within), within)


def _turns_at(
    at: datetime, declared: Declarations, *, facts: EnvironmentFacts, overrides: Sequence[WindowOverride]
) -> Iterator[Turn]:
    sleep = state(declared, facts, overrides=overrides, now=at)
    if sleep.since == at:
        yield Turn(at, None, sleep.state, sleep.reason)
    for gate in Gate:
        opening = gate_state(declared, facts, gate=gate, now=at)
        if opening.since == at:
            yield Turn(at, gate, "open" if opening.open else "closed", opening.reason)


def _first(edges: Iterator[datetime]) -> Iterator[datetime]:
    edge = next(edges, None)
    if edge is not None:
        yield edge
