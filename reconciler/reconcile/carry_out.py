"""Carry a plan out: intent, record, the requests of each wave, answers, the end; in this order whatever happens."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.model.change import Change, Operation
from reconciler.model.configuration import WorkflowName
from reconciler.model.errors import Fenced, NoSpace, ReconcilerError
from reconciler.model.ids import RunNumber
from reconciler.model.plan import Hold, Plan
from reconciler.model.record import KeptRecord, Record, Revision
from reconciler.model.run import Answer, Outcome, Run, Stage, StageState
from reconciler.reconcile.crew import Crew
from reconciler.reconcile.remember import answered, first_record, leaned_on, opened, recalled, settled
from reconciler.reconcile.stopping import Stop
from reconciler.reconcile.waves import grouped

_STAGES: Final = {
    Outcome.DONE: StageState.DONE,
    Outcome.FAILED: StageState.FAILED,
    Outcome.STOPPED: StageState.OPEN,
}


class Execution:
    """One run under way: the record and its revision as they move, and what failed."""

    def __init__(self, plan: Plan, crew: Crew, *, installation: str, number: RunNumber) -> None:
        self._plan = plan
        self._crew = crew
        self._number = number
        now = crew.clock.now()
        self.record: Record = recalled(plan.record or first_record(plan, installation=installation, now=now), plan, now=now)
        self.revision: Revision | None = plan.revision
        self.failures: list[str] = []
        self.stop = Stop()
        self._ready = True

    def go(self) -> None:
        """Every wave, one after another, until one has a failure or a window stops the run. Raises what no write can mend."""
        for index, changes in enumerate(grouped(self._plan)):
            if self.failures:
                return
            let_through = self.stop.let_through(changes, self._plan, now=self._crew.clock.now())
            if self.stop.whole:
                return
            if let_through:
                self._wave(index, let_through)

    def close(self) -> None:
        """Save the record without an open run: with the members' new state where everything went well."""
        if self.revision is None and (self.failures or self.stop.whole):  # nothing could be made where the record would lie
            return
        if self.failures or self.stop.whole:
            self._save(replace(self.record, open_run=None))
        else:
            now = self._crew.clock.now()
            self._save(settled(self.record, self._plan, number=self._number, now=now, ready=self._ready))

    def forget(self) -> None:
        """Remove the record of an environment that is torn down."""
        if not self.failures and self.revision is not None:
            self._crew.writer.forget(self.record, self.revision)
            self.revision = None

    def _wave(self, index: int, changes: Sequence[Change]) -> None:
        now = self._crew.clock.now()
        if self.revision is not None or not self._makes_home(changes):
            self._save(opened(self.record, self._plan, number=self._number, wave=index, now=now))
        answers: list[Answer] = []
        try:
            for change in changes:
                self._send(change, answers)
        finally:
            self._crew.journal.answered(self._plan.environment.id, answers)
            self.record = answered(self.record, changes, answers=answers, now=now)
            self._ready = self._ready and not any(answer.unready for answer in answers)

    def _makes_home(self, changes: Sequence[Change]) -> bool:
        """Whether the wave makes just the namespace that the record will lie in: nothing can be swapped before it is there."""
        return all(change.key.kind == "Namespace" and change.operation is Operation.CREATE for change in changes)

    def _send(self, change: Change, answers: list[Answer]) -> None:
        writer = self._crew.writer
        try:
            answers.append(writer.delete(change) if change.operation is Operation.DELETE else writer.put(change))
        except (NoSpace, Fenced):
            raise
        except ReconcilerError as error:
            self.failures.append(f"{change.key}: {error}")

    def _save(self, record: Record) -> None:
        self.revision = self._crew.writer.save(record, self.revision)
        self.record = record


@dataclass(frozen=True, slots=True)
class Carried:
    """A run that has ended, the record as it is kept afterwards (`None` after a teardown), and what the rest waits for."""

    run: Run
    kept: KeptRecord | None
    holds: tuple[Hold, ...]


def carry_out(plan: Plan, crew: Crew, *, installation: str, reason: str, document: str) -> Carried:
    """One run of a plan, begun and ended. Raises nothing of ours: what went wrong is the run's error."""
    run = _begin(plan, crew, reason=reason, document=document)
    execution = Execution(plan, crew, installation=installation, number=run.number)
    error = ""
    try:
        execution.go()
        if plan.workflow is WorkflowName.TEARDOWN and not execution.stop.whole:
            execution.forget()
        else:
            execution.close()
    except ReconcilerError as failure:
        error = str(failure)
    error = "; ".join([*execution.failures, *([error] if error else [])])
    ended = _ended(run, plan, error=error, stopped=execution.stop.words)
    crew.journal.ended(replace(ended, ended=crew.clock.now()))
    kept = KeptRecord(execution.record, execution.revision) if execution.revision is not None else None
    if ended.outcome is Outcome.DONE:
        with contextlib.suppress(ReconcilerError):  # a commit too many does no harm, and the next run tries again
            crew.keeper.keep(plan.environment.id, {}, also=leaned_on(kept.record) if kept else {})
    return Carried(ended, kept, execution.stop.holds)


def _begin(plan: Plan, crew: Crew, *, reason: str, document: str) -> Run:
    environment = plan.environment
    commits = {member.application: member.commit for member in plan.imports.members} if plan.imports else {}
    run = Run(
        environment=environment.id,
        label=str(environment),
        number=_next_number(plan, crew),
        workflow=plan.workflow,
        reason=reason,
        plan=plan.digest,
        commits=commits,
        began=crew.clock.now(),
        counts=dict(Counter(change.operation.value for change in plan.changes)),
        document=document,
        imports=plan.imports,
    )
    crew.journal.intent(run)
    if commits:
        crew.keeper.keep(environment.id, commits, also=leaned_on(plan.record) if plan.record else {})
    return run


def _next_number(plan: Plan, crew: Crew) -> RunNumber:
    """After the newest run that the store or, where that was lost, the record knows of."""
    last = plan.record.last_run if plan.record and plan.record.last_run else 0
    return max(crew.journal.next_number(plan.environment.id), RunNumber(last + 1))


def _ended(run: Run, plan: Plan, *, error: str, stopped: str) -> Run:
    outcome = Outcome.FAILED if error else Outcome.STOPPED if stopped else Outcome.DONE
    said = error or stopped
    return replace(run, outcome=outcome, error=said, stages=_stages(plan, _STAGES[outcome], reason=said))


def _stages(plan: Plan, state: StageState, *, reason: str) -> tuple[Stage, ...]:
    """One stage per member: as the run ended, or made and aborted (design 6.5)."""
    if plan.imports is None:
        return ()
    stages = []
    for member in plan.imports.members:
        workflow = plan.workflows.get(member.application, WorkflowName.NONE)
        if member.aborted is not None:
            stages.append(Stage(member.application, workflow, StageState.ABORTED, member.aborted.text))
        else:
            stages.append(Stage(member.application, workflow, state, reason))
    return tuple(stages)
