"""Answers in words: plans, import plans, reports and runs as lines for people."""

from collections import Counter
from collections.abc import Iterable, Iterator

from reconciler.diff.text import change_lines
from reconciler.model.change import Operation
from reconciler.model.environment import LifeState
from reconciler.model.ids import short_commit, short_name
from reconciler.model.importplan import BranchRule, Member
from reconciler.model.instant import instant_text
from reconciler.model.plan import CONFIRM_LENGTH, Plan
from reconciler.model.run import PassLine, Run
from reconciler.reconcile.passes import Report

_SILENT = {BranchRule.OVERRIDE, BranchRule.PINNED}
"""Rules whose saying nothing is not worth a line; `explain` has them."""

_MARKS = {"done": "✓", "nothing": "·", "held": "…", "failed": "!"}


def plan_lines(plan: Plan, *, kept: bool = False) -> Iterator[str]:
    """One environment of `plan`: its head, members, changes, URLs, holds, and what is not supported."""
    yield head_line(plan)
    yield from member_lines(plan, rejected=False)
    if plan.failed and plan.effective:
        yield "  nothing of this is done while there are errors:"
    changes = plan.changes if kept else plan.effective
    for change in changes:
        yield from (f"  {line}" for line in change_lines(change))
    if not plan.effective and plan.life.state is not LifeState.REFUSED and not plan.failed:
        yield "  nothing to change"
    for url in plan.urls:
        yield f"  url {url.url}  {url.member}/{url.service}"
    for change in plan.held:
        yield f"  ! held back: {change_lines(change)[0]}"
    for hold in plan.holds:
        until = f" until {instant_text(hold.until)}" if hold.until else ""
        yield f"  ! waits{until}: {hold.reason}"
    for one in plan.unsupported:
        yield f"  not supported: {one.key} ({one.place}): {one.what}"


def head_line(plan: Plan) -> str:
    """`frontend/feature-1  ephemeral  frontend-tabc1234  setup  plan 0123456789ab`."""
    environment = plan.environment
    if plan.life.state is LifeState.REFUSED:
        return f"{environment}  {environment.type}  refused: {plan.life.reason}"
    why = f"  ({plan.life.reason.text})" if plan.life.state is not LifeState.LIVE else ""
    digest = plan.digest[:CONFIRM_LENGTH]
    return f"{environment}  {environment.type}  {environment.namespace}  {plan.workflow}  plan {digest}{why}"


def member_lines(plan: Plan, *, rejected: bool) -> Iterator[str]:
    """The members with branch, commit and rule; with `rejected` also what was not chosen, and why."""
    if plan.imports is None:
        return
    width = max(len(member.application) for member in plan.imports.members)
    for member in plan.imports.members:
        yield f"  {member.application:<{width}}  {_chosen(member)}"
        if member.aborted:
            yield f"  {'':<{width}}    aborted: {member.aborted}"
        if member.stale:
            yield f"  {'':<{width}}    stale: {member.stale}"
        for one in member.rejected if rejected else ():
            if one.ref or one.rule not in _SILENT:
                yield f"  {'':<{width}}    not {short_name(one.ref) if one.ref else one.rule}: {one.reason.text}"


def _chosen(member: Member) -> str:
    return f"{short_name(member.ref)} @ {short_commit(member.commit)}  by {member.rule}: {member.reason.text}"


def plans_summary(plans: Iterable[Plan]) -> str:
    """The last line of `plan`: `3 environments: 12 to create, 1 to update; 1 held`."""
    plans = list(plans)
    counts = Counter(change.operation for plan in plans for change in plan.effective)
    changes = [f"{counts[one]} to {one}" for one in (Operation.CREATE, Operation.UPDATE, Operation.DELETE) if counts[one]]
    failed = sum(plan.failed for plan in plans)
    waiting = sum(bool(plan.holds) and not plan.failed for plan in plans)
    extra = [f"{count} {word}" for count, word in ((waiting, "held"), (failed, "with problems")) if count]
    return f"{_counted(len(plans), 'environment')}: {'; '.join([', '.join(changes) or 'nothing to change', *extra])}"


def report_line(report: Report) -> str:
    """One environment of `sync`; where its files have errors, these follow on lines of their own."""
    detail = "nothing was written, for there are errors:" if report.plan and report.plan.failed else report.detail
    return f"{_MARKS[report.outcome]} {report.label}  {detail}"


def reports_summary(reports: Iterable[Report]) -> str:
    """The last line of `sync`: `nothing to do` where nothing was."""
    reports = list(reports)
    counts = Counter(report.outcome.value for report in reports)
    if not reports or set(counts) == {"nothing"}:
        return f"nothing to do in {_counted(len(reports), 'environment')}"
    words = {"done": "changed", "nothing": "as wanted", "held": "held", "failed": "failed"}
    return f"{_counted(len(reports), 'environment')}: " + ", ".join(
        f"{counts[one]} {word}" for one, word in words.items() if counts[one]
    )


def run_line(run: Run) -> str:
    """One run of `history`."""
    ended = instant_text(run.ended) if run.ended else "not ended"
    counts = ", ".join(f"{count} {operation}d" for operation, count in sorted(run.counts.items()) if operation != "keep")
    error = f"  ! {run.error}" if run.error else ""
    what = counts or "no object changed"
    return f"{run.label}  run {run.number}  {run.workflow}  {run.outcome}  {ended}  {what}  ({run.reason}){error}"


def pass_line(line: PassLine) -> str:
    """One pass of `history --passes`."""
    counts = f"{line.changed} changed  {line.failed} failed"
    return f"{instant_text(line.at)}  {_counted(line.environments, 'environment')}  {counts}  ({line.reason})"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def change_heads(plan: Plan) -> Iterator[str]:
    """The first line of each change: what happened to which object, and why."""
    for change in plan.effective:
        yield change_lines(change)[0]


def imports_head(plan: Plan) -> str:
    """`frontend/feature-1  ephemeral  frontend-tabc1234  import plan 0123456789ab`."""
    environment = plan.environment
    head = f"{environment}  {environment.type}  {environment.namespace}"
    if plan.imports is None:
        return f"{head}  ({plan.life.reason.text})"
    return f"{head}  import plan {plan.imports.digest[:CONFIRM_LENGTH]}"
