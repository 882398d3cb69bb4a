"""Windows as answers: why a state is as it is, what turns next, and a calendar; the JSON shapes of docs/json.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.environment import Life
from reconciler.model.instant import instant_or_none, instant_text
from reconciler.model.plan import Hold
from reconciler.model.record import Record
from reconciler.model.times import Times
from reconciler.model.windows import Considered, Gate, GateState, State, Turn
from reconciler.plan.document import head_of, sleep_of
from reconciler.plan.problem_document import VERSION, Document, place_of
from reconciler.windows.changes import asleep_between, closed_between
from reconciler.windows.spans import Span


@dataclass(frozen=True, slots=True)
class Timed:
    """One environment and what time says of it; `waits` is why it sleeps on where it is to be awake."""

    life: Life
    record: Record | None
    times: Times
    waits: Hold | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The spans in which an environment sleeps, and those in which its gates are closed, within two instants."""

    timed: Timed
    begin: datetime
    end: datetime
    asleep: tuple[Span, ...]
    closed: dict[Gate, tuple[Span, ...]]


def explain_document(timed: Timed) -> Document:
    """The answer of `windows explain`."""
    times = timed.times
    head = head_of(timed.life)
    life = {"life": head.pop("state"), "life_reason": head.pop("reason")}
    return {
        "version": VERSION,
        **head,
        **life,
        "at": instant_text(times.at),
        **sleep_of(times.pause),
        "considered": [_considered(one) for one in times.pause.considered],
        "gates": [_gate(state) for state in times.gates.values()],
        "expires": instant_or_none(times.expires),
        "waits": {"reason": str(timed.waits.reason), "until": instant_or_none(timed.waits.until)} if timed.waits else None,
    }


def _gate(state: GateState) -> Document:
    return {
        "gate": state.gate.value,
        "open": state.open,
        "since": instant_or_none(state.since),
        "until": instant_or_none(state.until),
        "reason": str(state.reason),
        "declaration": state.declaration,
        "considered": [_considered(one) for one in state.considered],
    }


def _considered(one: Considered) -> Document:
    return {
        "name": one.name,
        "level": one.level.value,
        "on": one.on,
        "since": instant_or_none(one.since),
        "until": instant_or_none(one.until),
        "sentence": one.sentence,
        "decides": one.decides,
        "place": place_of(one.place) if one.place else None,
    }


def upcoming(timed: Timed) -> tuple[Turn, ...]:
    """The next turn of sleep, of each gate, and the end, in the order of time."""
    return tuple(sorted(_upcoming(timed.times), key=lambda turn: turn.at))


def _upcoming(times: Times) -> Iterator[Turn]:
    pause = times.pause
    if pause.until is not None:
        to = State.ASLEEP if pause.state is State.AWAKE else State.AWAKE
        yield Turn(pause.until, None, to.value, pause.reason)
    for gate, state in times.gates.items():
        if state.until is not None:
            yield Turn(state.until, gate, "closed" if state.open else "open", state.reason)


def next_document(timed: Timed) -> Document:
    """One environment of `windows next`."""
    turns = [
        {"at": instant_text(turn.at), "gate": turn.gate.value if turn.gate else None, "to": turn.to, "now": str(turn.reason)}
        for turn in upcoming(timed)
    ]
    return {**head_of(timed.life), "next": turns, "expires": instant_or_none(timed.times.expires)}


def calendar(timed: Timed, *, begin: datetime, end: datetime) -> Calendar:
    """What windows and overrides say between two instants."""
    times, record = timed.times, timed.record
    overrides = record.window_overrides if record else ()
    asleep = asleep_between(times.declared, times.facts, overrides=overrides, start=begin, end=end)
    closed = {gate: tuple(closed_between(times.declared, times.facts, gate=gate, start=begin, end=end)) for gate in Gate}
    return Calendar(timed, begin, end, tuple(asleep), {gate: spans for gate, spans in closed.items() if spans})


def calendar_document(found: Calendar) -> Document:
    """One environment of `windows calendar`."""
    return {
        **head_of(found.timed.life),
        "from": instant_text(found.begin),
        "to": instant_text(found.end),
        "asleep": [_span(span) for span in found.asleep],
        "closed": [{"gate": gate.value, **_span(span)} for gate, spans in found.closed.items() for span in spans],
    }


def _span(span: Span) -> Document:
    return {"from": instant_text(span.begin), "to": instant_text(span.end)}
