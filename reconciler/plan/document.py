"""The one JSON shape of each answer (docs/json.md): plain dictionaries with keys in a fixed order."""

import json
from collections.abc import Iterable, Mapping

from reconciler.model.change import ABSENT, Change
from reconciler.model.configuration import Unsupported
from reconciler.model.environment import Life
from reconciler.model.ids import ref_text
from reconciler.model.importplan import Member
from reconciler.model.instant import instant_or_none, instant_text
from reconciler.model.plan import Hold, Plan
from reconciler.model.run import PassLine, Run
from reconciler.model.times import Times
from reconciler.model.windows import PauseState
from reconciler.plan.problem_document import VERSION, Document, place_of, problem_of


def environments_document(environments: Iterable[Document]) -> Document:
    """The document around any list of environments."""
    return {"version": VERSION, "environments": list(environments)}


def head_of(life: Life) -> Document:
    """What names an environment in every answer."""
    environment = life.environment
    return {
        "application": environment.application,
        "branch": environment.branch,
        "name": environment.name,
        "type": environment.type.value,
        "namespace": environment.namespace,
        "id": environment.id,
        "state": life.state.value,
        "reason": life.reason.text,
    }


def imports_of(plan: Plan) -> Document:
    """One environment of `imports show`."""
    imports = plan.imports
    return {
        **head_of(plan.life),
        "digest": imports.digest if imports else None,
        "members": [_member(member) for member in imports.members] if imports else [],
        "problems": [problem_of(problem) for problem in plan.problems] if imports is None else [],
    }


def _member(member: Member) -> Document:
    return {
        "application": member.application,
        "repository": member.repository,
        "ref": ref_text(member.ref),
        "commit": member.commit,
        "rule": member.rule.value,
        "reason": member.reason.text,
        "aborted": member.aborted is not None,
        "aborted_reason": member.aborted.text if member.aborted else None,
        "stale": member.stale.text if member.stale else None,
        "excluded_services": list(member.excluded),
        "rejected": [
            {"rule": one.rule.value, "ref": ref_text(one.ref) if one.ref else None, "reason": one.reason.text}
            for one in member.rejected
        ],
    }


def plan_of(plan: Plan) -> Document:
    """One environment of `plan` and `sync`."""
    return {
        **imports_of(plan),
        "plan": plan.digest,
        "workflow": plan.workflow.value,
        "changes": [_change(change) for change in plan.changes],
        "held": [_change(change) for change in plan.held],
        "holds": [_hold(hold) for hold in plan.holds],
        "time": _time(plan.times) if plan.times else None,
        "problems": [problem_of(problem) for problem in plan.problems],
        "unsupported": [_unsupported(one) for one in plan.unsupported],
        "urls": [{"application": url.member, "service": url.service, "url": url.url} for url in plan.urls],
    }


def plan_text(plan: Plan) -> str:
    """One environment of `plan` as the text that history keeps."""
    return json.dumps(plan_of(plan), separators=(",", ":"))


def _change(change: Change) -> Document:
    return {
        "operation": change.operation.value,
        "kind": change.key.kind,
        "namespace": change.key.namespace,
        "name": change.key.name,
        "application": change.member,
        "reason": change.reason.text,
        "fields": [{"path": one.path, "before": _value(one.before), "after": _value(one.after)} for one in change.fields],
    }


def _value(value: object) -> object:
    """A field's value; null where there is none. What JSON cannot hold is shown as it prints itself, a secret as its mask."""
    if value is ABSENT:
        return None
    if isinstance(value, Mapping):
        return {str(key): _value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_value(part) for part in value]
    return value if isinstance(value, str | int | float | bool) or value is None else repr(value)


def _hold(hold: Hold) -> Document:
    return {
        "kind": hold.kind.value,
        "reason": str(hold.reason),
        "until": instant_or_none(hold.until),
        "gate": hold.gate.value if hold.gate else None,
        "partly": hold.partly,
    }


def _time(times: Times) -> Document:
    return {
        **sleep_of(times.pause),
        "expires": instant_or_none(times.expires),
    }


def sleep_of(pause: PauseState) -> Document:
    """Whether an environment sleeps, and why."""
    return {
        "state": pause.state.value,
        "since": instant_or_none(pause.since),
        "until": instant_or_none(pause.until),
        "reason": str(pause.reason),
        "declaration": pause.declaration,
    }


def _unsupported(one: Unsupported) -> Document:
    return {"key": one.key, "what": one.what, **place_of(one.place)}


def run_of(run: Run) -> Document:
    """One run of `history`."""
    return {
        "environment": run.label,
        "id": run.environment,
        "number": run.number,
        "workflow": run.workflow.value,
        "reason": run.reason,
        "plan": run.plan,
        "commits": dict(run.commits),
        "began": instant_text(run.began),
        "ended": instant_or_none(run.ended),
        "outcome": run.outcome.value,
        "stages": [
            {"application": s.member, "workflow": s.workflow.value, "state": s.state.value, "reason": s.reason}
            for s in run.stages
        ],
        "counts": dict(run.counts),
        "error": run.error,
    }


def history_document(runs: Iterable[Run], passes: Iterable[PassLine]) -> Document:
    """The answer of `history`."""
    return {
        "version": VERSION,
        "runs": [run_of(run) for run in runs],
        "passes": [
            {
                "at": instant_text(line.at),
                "reason": line.reason,
                "environments": line.environments,
                "changed": line.changed,
                "failed": line.failed,
            }
            for line in passes
        ],
    }
