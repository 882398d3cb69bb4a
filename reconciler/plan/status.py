"""How an environment stands: its plan beside its record and its last runs."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.environment import LifeState
from reconciler.model.instant import instant_text
from reconciler.model.plan import Plan
from reconciler.model.ports import History
from reconciler.model.run import Outcome, Run
from reconciler.plan.document import plan_of, run_of
from reconciler.plan.problem_document import Document


class Standing(StrEnum):
    """In one word: what a person wants to know first."""

    CURRENT = "current"
    PENDING = "pending"
    HELD = "held"
    PROBLEM = "problem"
    REFUSED = "refused"
    UNBORN = "not born yet"
    DYING = "to be removed"
    ASLEEP = "asleep"
    WAKING = "waking"


@dataclass(frozen=True, slots=True)
class Status:
    """One environment: the word, its plan, and its newest runs."""

    standing: Standing
    plan: Plan
    runs: tuple[Run, ...]

    @property
    def document(self) -> Document:
        """As `status --output json` gives it."""
        record = self.plan.record
        return {
            **{key: value for key, value in plan_of(self.plan).items() if key not in {"changes", "held", "workflow"}},
            "standing": self.standing.value,
            "pending": len(self.plan.effective),
            "asleep_since": instant_text(record.sleep.since) if record and record.sleep else None,
            "waking_since": instant_text(record.waking) if record and record.waking and self.plan.unready else None,
            "born": instant_text(record.born) if record else None,
            "hosts": list(record.hosts if record else self.plan.hosts),
            "objects": len(record.objects) if record else 0,
            "runs": [run_of(run) for run in self.runs],
        }


def status_of(plan: Plan, history: History, *, runs: int = 3) -> Status:
    """The status of an environment, with its newest runs."""
    newest = history.runs(plan.environment.id, runs)
    return Status(_standing(plan, newest), plan, newest)


def _standing(plan: Plan, runs: tuple[Run, ...]) -> Standing:
    """The first that is true."""
    state, record = plan.life.state, plan.record
    true = (
        (Standing.REFUSED, state is LifeState.REFUSED),
        (Standing.PROBLEM, plan.failed or (bool(runs) and runs[0].outcome is Outcome.FAILED and bool(plan.effective))),
        (Standing.HELD, plan.waits),
        (Standing.DYING, state is LifeState.DEATH),
        (Standing.UNBORN, state is LifeState.BIRTH),
        (Standing.ASLEEP, plan.asleep and not plan.effective and record is not None and record.sleep is not None),
        (Standing.HELD, bool(plan.holds)),
        (Standing.PENDING, bool(plan.effective)),
        (Standing.WAKING, record is not None and record.waking is not None and bool(plan.unready)),
        (Standing.CURRENT, True),
    )
    return next(standing for standing, holds in true if holds)
