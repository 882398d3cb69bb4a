"""What time says of one environment at an instant: whether it sleeps, which gates are open, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.ids import Commit
from reconciler.model.lifetime import Push
from reconciler.model.windows import Declarations, EnvironmentFacts, Gate, GateState, PauseState, State


@dataclass(frozen=True, slots=True)
class Times:
    """The states of sleep and of every gate at `at`, and the next instant at which one of them turns.

    `pause_commit` and `apply_commit` are those whose schedules files are in force, `push` is the newest head that was seen.
    `expires` is when the environment's own time is over.
    """

    at: datetime
    facts: EnvironmentFacts
    declared: Declarations
    pause: PauseState
    gates: Mapping[Gate, GateState]
    turns: datetime | None
    expires: datetime | None = None
    pause_commit: Commit | None = None
    apply_commit: Commit | None = None
    push: Push | None = None

    @property
    def asleep(self) -> bool:
        """Whether it is time to sleep."""
        return self.pause.state is State.ASLEEP
