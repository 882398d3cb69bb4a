"""Why an environment is as it is: every decision with its reason, in the order in which they were taken."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.change import Operation
from reconciler.model.configuration import WorkflowName
from reconciler.model.ids import short_commit, short_name
from reconciler.model.importplan import ImportPlan
from reconciler.model.plan import Plan
from reconciler.model.problem import errors_of
from reconciler.model.record import Record
from reconciler.model.run import Run
from reconciler.model.times import Times

_WORKFLOWS = {
    WorkflowName.SETUP: "no setup has succeeded yet, or configuration, variables or the list of imports changed since",
    WorkflowName.PATCH: "only its commit moved since the last run",
    WorkflowName.REPAIR: "its files did not change, its objects at the target did",
    WorkflowName.TEARDOWN: "the environment is to be removed",
    WorkflowName.NONE: "nothing changed since the last run",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision: the question it settles, what was decided, and why."""

    question: str
    decision: str
    reason: str


def explain(plan: Plan, runs: tuple[Run, ...]) -> tuple[Answer, ...]:
    """Every decision about an environment: its life, sleep, members, workflows, changes, what holds it, and its last run."""
    environment = plan.environment
    life = Answer("environment", plan.life.state.value, f"{plan.life.reason.text} (rule at {environment.rule.place})")
    return (
        life,
        *(_times(plan.times) if plan.times else ()),
        *(_members(plan.imports) if plan.imports else ()),
        *_workflows(plan),
        *_changes(plan),
        *(Answer(str(change.key), "held back", change.reason.text) for change in plan.held),
        *(Answer("hold", hold.kind.value, str(hold.reason)) for hold in plan.holds),
        *(Answer("problem", problem.code, str(problem)) for problem in errors_of(plan.problems)),
        *_kept(plan.record, runs),
    )


def _times(times: Times) -> Iterator[Answer]:
    """Sleep, and the gates that a window is about."""
    yield Answer("sleep", times.pause.state.value, str(times.pause.reason))
    for gate, state in times.gates.items():
        if state.declaration is not None:
            yield Answer(f"gate {gate}", "open" if state.open else "closed", str(state.reason))


def _members(imports: ImportPlan) -> Iterator[Answer]:
    for member in imports.members:
        where = f" (asked at {member.place})" if member.place else ""
        chosen = f"{short_name(member.ref)} @ {short_commit(member.commit)} by {member.rule}"
        yield Answer(f"branch of {member.application}", chosen, f"{member.reason.text}{where}")
        for one in member.rejected:
            what = f"not {short_name(one.ref)} by {one.rule}" if one.ref else f"not by {one.rule}"
            yield Answer(f"branch of {member.application}", what, one.reason.text)
        if member.aborted:
            yield Answer(f"run of {member.application}", "aborted", str(member.aborted))
        if member.stale:
            yield Answer(f"refs of {member.application}", "stale", str(member.stale))


def _workflows(plan: Plan) -> Iterator[Answer]:
    for application, workflow in plan.workflows.items():
        yield Answer(f"workflow of {application}", workflow.value, _WORKFLOWS[workflow])


def _changes(plan: Plan) -> Iterator[Answer]:
    for change in plan.changes:
        place = change.desired.place if change.desired else None
        where = f" (declared at {place})" if place else ""
        done = "kept" if change.operation is Operation.KEEP else f"to {change.operation}"
        yield Answer(str(change.key), done, f"{change.reason.text}{where}")


def _kept(record: Record | None, runs: tuple[Run, ...]) -> Iterator[Answer]:
    if record and record.open_run:
        text = f"run {record.open_run.number} was cut off in wave {record.open_run.wave + 1}; the next pass finishes it"
        yield Answer("open run", "unfinished", text)
    if runs:
        run = runs[0]
        error = f": {run.error}" if run.error else ""
        yield Answer("last run", f"{run.number} {run.workflow} {run.outcome}", f"asked for by {run.reason}{error}")
