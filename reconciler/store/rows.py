"""Values to rows and back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.model.configuration import WorkflowName
from reconciler.model.digest import canonical
from reconciler.model.ids import AppName, Commit, EnvId, Ref, RunNumber
from reconciler.model.importplan import BranchRule, ImportPlan
from reconciler.model.refs import KnownRefs, Listing, Vanished
from reconciler.model.run import Outcome, PassLine, Run, Stage, StageState

Row = tuple[Any, ...]

SELECT_RUNS: Final = (
    "SELECT environment, number, label, workflow, reason, plan, commits, began, ended, outcome, stages, counts, error, document"
    " FROM runs WHERE ?1 IS NULL OR environment = ?1 ORDER BY id DESC LIMIT ?2"
)
INSERT_RUN: Final = (
    "INSERT INTO runs"
    " (environment, number, label, workflow, reason, plan, commits, began, ended, outcome, stages, counts, error, document)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class PastMember:
    """One member of a past run's import plan; `aborted` is the reason where it took no part."""

    application: AppName
    repository: str
    ref: Ref
    commit: Commit
    rule: BranchRule
    aborted: str | None


def instant_row(instant: datetime) -> str:
    """`2026-11-21T09:00:00.000000+00:00`: as exact as the instant is, and sorted as time is."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def text_row(text: str) -> str:
    """The text with escapes for what UTF-8 cannot hold (bytes of a name that was never text)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def run_row(run: Run) -> Row:
    """The values of `INSERT_RUN`."""
    return (
        run.environment,
        run.number,
        text_row(run.label),
        run.workflow.value,
        text_row(run.reason),
        run.plan,
        canonical(dict(run.commits)).decode(),
        instant_row(run.began),
        *end_row(run),
        text_row(run.document),
    )


def end_row(run: Run) -> Row:
    """What the end of a run tells: ended, outcome, stages, counts, error."""
    stages = [[stage.member, stage.workflow.value, stage.state.value, stage.reason] for stage in run.stages]
    ended = instant_row(run.ended) if run.ended else None
    return ended, run.outcome.value, canonical(stages).decode(), canonical(dict(run.counts)).decode(), text_row(run.error)


def run_from_row(row: Row) -> Run:
    """The run whose `run_row` this is, without its import plan."""
    environment, number, label, workflow, reason, plan, commits, began, ended, outcome, stages, counts, error, document = row
    return Run(
        environment=EnvId(environment),
        label=label,
        number=RunNumber(number),
        workflow=WorkflowName(workflow),
        reason=reason,
        plan=plan,
        commits=json.loads(commits),
        began=datetime.fromisoformat(began),
        ended=datetime.fromisoformat(ended) if ended else None,
        outcome=Outcome(outcome),
        stages=tuple(_stage(*stage) for stage in json.loads(stages)),
        counts=json.loads(counts),
        error=error,
        document=document,
    )


def _stage(member: str, workflow: str, *rest: str) -> Stage:
    state, reason = rest
    return Stage(AppName(member), WorkflowName(workflow), StageState(state), reason)


def member_rows(imports: ImportPlan, run: int) -> list[Row]:
    """One row per member, in deploy order."""
    return [
        (
            run,
            position,
            member.application,
            text_row(member.repository),
            member.ref,
            member.commit,
            member.rule.value,
            text_row(str(member.aborted)) if member.aborted else None,
        )
        for position, member in enumerate(imports.members)
    ]


def member_from_row(row: Row) -> PastMember:
    """From application, repository, ref, commit_id, rule, aborted."""
    application, repository, ref, commit, rule, aborted = row
    return PastMember(AppName(application), repository, Ref(ref), Commit(commit), BranchRule(rule), aborted)


def pass_row(line: PassLine) -> Row:
    """At, reason, environments, changed, failed."""
    return instant_row(line.at), text_row(line.reason), line.environments, line.changed, line.failed


def pass_from_row(row: Row) -> PassLine:
    """The line whose `pass_row` this is."""
    at, reason, environments, changed, failed = row
    return PassLine(datetime.fromisoformat(at), reason, environments, changed, failed)


def ref_rows(application: AppName, known: KnownRefs) -> list[Row]:
    """Every ref, listed or vanished: application, name, commit_id, missing_since."""
    listed: list[Row] = [(application, ref, commit, None) for ref, commit in known.listing.refs.items()]
    return listed + [(application, ref, miss.commit, instant_row(miss.since)) for ref, miss in known.vanished.items()]


def known_from_rows(applications: Iterable[Row], refs: Iterable[Row]) -> Mapping[AppName, KnownRefs]:
    """From rows (name, listed_at, began, head) and (application, name, commit_id, missing_since)."""
    listed: dict[str, dict[Ref, Commit]] = {}
    vanished: dict[str, dict[Ref, Vanished]] = {}
    for application, name, commit, since in refs:
        if since is None:
            listed.setdefault(application, {})[Ref(name)] = Commit(commit)
        else:
            vanished.setdefault(application, {})[Ref(name)] = Vanished(Commit(commit), datetime.fromisoformat(since))
    return {
        AppName(name): KnownRefs(
            Listing(listed.get(name, {}), None if head is None else Ref(head), datetime.fromisoformat(at)),
            vanished.get(name, {}),
            datetime.fromisoformat(began) if began else None,
        )
        for name, at, began, head in applications
    }
