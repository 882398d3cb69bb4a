"""What closed gates hold back of a plan: all of it, or the part that they are about (design 8.7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.diff.provenance import is_wanted
from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation
from reconciler.model.configuration import WorkflowName
from reconciler.model.objects import Desired, ObjectKey
from reconciler.model.plan import Hold, HoldKind, Plan
from reconciler.model.ports import TargetReader
from reconciler.model.record import Record
from reconciler.model.times import Times
from reconciler.model.windows import Gate, GateState
from reconciler.plan.holds import Asked


@dataclass(frozen=True, slots=True)
class Parts:
    """Which part of a plan each change belongs to. `applied` are objects whose desired form is the one that was last applied."""

    applied: frozenset[ObjectKey]

    def gate(self, change: Change) -> Gate | None:
        """The gate that a change goes through; none for what is kept."""
        match change.operation:
            case Operation.KEEP:
                return None
            case Operation.DELETE:
                return Gate.APPLY if kind_of(change.key.kind).goes_first else Gate.PRUNE
        return Gate.REPAIR if change.key in self.applied else Gate.APPLY


def parts_of(forms: Iterable[Desired], record: Record | None, *, target: TargetReader) -> Parts:
    """The parts by the forms that objects have awake and asleep: to fall asleep and to wake is no change that git asks for."""
    applied = record.objects if record else {}
    return Parts(
        frozenset(
            desired.key
            for desired in forms
            if desired.key in applied and is_wanted(target.held(desired.manifest), applied[desired.key])
        )
    )


def can_be_stopped(times: Times, asked: Asked) -> bool:
    """Whether a window may close a gate and stop a run that has begun."""
    return asked.override_window is None and any(window.interrupt for window in times.declared.apply)


def gates_of(changes: Iterable[Change], parts: Parts) -> Mapping[ObjectKey, Gate]:
    """The gate that each change goes through."""
    return {change.key: gate for change in changes if (gate := parts.gate(change)) is not None}


def stops_whole(plan: Plan, shut: Collection[Gate]) -> bool:
    """Whether nothing of a run goes on when these gates shut: its changes belong together, unlike repairs and deletions."""
    whole = {Gate.APPLY, Gate.TEARDOWN, *({Gate.REPAIR} if plan.turns else ())}
    return any(gate in whole and gate in shut for gate in plan.gates.values())


def closed_gates(plan: Plan, asked: Asked) -> Mapping[Gate, GateState]:
    """The gates that hold this plan back: not those that a person overrides, nor for a run that has begun (design 8.7)."""
    if plan.times is None or asked.override_window:
        return {}
    return {gate: found for gate, found in plan.times.gates.items() if not found.open and not _has_begun(plan, found)}


def _has_begun(plan: Plan, state: GateState) -> bool:
    run = plan.record.open_run if plan.record else None
    members = plan.imports.members if plan.imports else ()
    return run is not None and not state.interrupt and run.commits == {member.application: member.commit for member in members}


def shut_for_turns(record: Record, times: Times, *, asked: Asked) -> Hold | None:
    """Falling asleep and waking go through the gate `repair`; one that has begun is finished unless the window interrupts."""
    state = times.gates[Gate.REPAIR]
    if state.open or asked.override_window or (record.open_run is not None and not state.interrupt):
        return None
    return hold_of(state, partly=True)


def held_whole(plan: Plan, state: GateState) -> Plan:
    """The plan, which waits until the gate opens."""
    return replace(plan, holds=(*plan.holds, hold_of(state, partly=False)))


def held_in_part(plan: Plan, parts: Parts, *, closed: Mapping[Gate, GateState]) -> Plan:
    """The plan without what closed gates are about, and a hold for each of them that takes something away."""
    kept = without(plan, parts, gates=closed)
    taken = {parts.gate(change) for change in kept.held}
    holds = tuple(hold_of(closed[gate], partly=True) for gate in Gate if gate in taken)
    return replace(kept, holds=(*plan.holds, *holds))


def without(plan: Plan, parts: Parts, *, gates: Collection[Gate]) -> Plan:
    """The plan without the changes that go through these gates."""
    held = tuple(change for change in plan.changes if parts.gate(change) in gates)
    return replace(plan, changes=tuple(change for change in plan.changes if change not in held), held=held)


def moves(plan: Plan, parts: Parts) -> bool:
    """Whether git or config.yaml asks for something that was not applied yet."""
    if not plan.asleep and any(workflow in {WorkflowName.SETUP, WorkflowName.PATCH} for workflow in plan.workflows.values()):
        return True
    return any(parts.gate(change) is Gate.APPLY for change in plan.effective)


def in_part(holds: Sequence[Hold]) -> tuple[Hold, ...]:
    """The same holds beside a plan that does without what they wait for."""
    return tuple(replace(hold, partly=True) for hold in holds)


def hold_of(state: GateState, *, partly: bool) -> Hold:
    """What waits for a closed gate."""
    return Hold(HoldKind.TIME, state.reason, state.until, state.gate, partly)
