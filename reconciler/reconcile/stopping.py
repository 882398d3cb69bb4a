"""A gate that a window closes while a run is under way stops it before its next wave, where the window says so (design 8.7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.model.change import Change
from reconciler.model.plan import Hold, Plan
from reconciler.model.windows import Gate, GateState
from reconciler.plan.gates import hold_of, stops_whole
from reconciler.windows.gates import gate_state


@dataclass(slots=True)
class Stop:
    """What closed gates have taken away from a run so far; with `whole` the run is over."""

    closed: dict[Gate, GateState] = field(default_factory=dict)
    whole: bool = False

    def let_through(self, changes: tuple[Change, ...], plan: Plan, *, now: datetime) -> tuple[Change, ...]:
        """The changes of a wave that may still be carried out; of a run that is over none."""
        shut = _shut(plan, now=now)
        if stops_whole(plan, shut):
            self.whole = True
            self.closed |= shut
            return ()
        taken = {plan.gates[change.key] for change in changes if plan.gates.get(change.key) in shut}
        self.closed |= {gate: shut[gate] for gate in taken}
        return tuple(change for change in changes if plan.gates.get(change.key) not in shut)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """What the rest waits for."""
        return tuple(hold_of(state, partly=not self.whole) for state in self.closed.values())

    @property
    def words(self) -> str:
        """Why the run is over, empty where it is not."""
        return (
            f"stopped between two waves: {'; '.join(state.reason.text for state in self.closed.values())}" if self.whole else ""
        )


def _shut(plan: Plan, *, now: datetime) -> Mapping[Gate, GateState]:
    """The gates of a plan's changes that are closed now by a window that interrupts."""
    if plan.times is None:
        return {}
    declared, facts = plan.times.declared, plan.times.facts
    states = (gate_state(declared, facts, gate=gate, now=now) for gate in Gate if gate in plan.gates.values())
    return {state.gate: state for state in states if state.interrupt}
