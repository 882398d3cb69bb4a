"""What a record says before, between and after the waves of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.model.change import Change, Operation
from reconciler.model.configuration import WorkflowName
from reconciler.model.ids import AppName, Commit, RunNumber
from reconciler.model.importplan import Member
from reconciler.model.objects import Applied, Desired, manifest_digest
from reconciler.model.plan import Plan
from reconciler.model.record import JobRun, MemberState, OpenRun, Record, Sleep
from reconciler.model.run import Answer


def first_record(plan: Plan, *, installation: str, now: datetime) -> Record:
    """The record of an environment that is born now; one that follows its creation keeps this commit's configuration."""
    environment = plan.environment
    frozen = plan.imports.importer.commit if plan.imports and environment.rule.follow_creation else None
    return Record(
        installation=installation,
        environment=environment.id,
        application=environment.application,
        ref=environment.ref,
        name=environment.name,
        type=environment.type,
        namespace=environment.namespace,
        born=now,
        hosts=plan.hosts,
        frozen=frozen,
    )


def recalled(record: Record, plan: Plan, *, now: datetime) -> Record:
    """The record with what the plan saw at the target: a run that was cut off had no time to tell it, or the record was lost.

    So a job that ran then does not run again, and what a person does to these objects is told from a change in git.
    """
    objects = {change.key: _applied(change, record) for change in plan.changes if change.live is not None and change.live.owned}
    there = [change.desired for change in plan.changes if change.operation is Operation.KEEP and change.live and change.desired]
    known = {run.name for run in record.jobs}
    ran = [_job_run(desired, now) for desired in there if desired.job and desired.key.name not in known]
    awaited = {change.key for change in plan.changes if change.live is None} | {change.key for change in plan.held}
    objects |= {key: digest for key, digest in record.objects.items() if key in awaited}
    return replace(record, objects=objects, jobs=_last_jobs((*record.jobs, *ran)))


def _applied(change: Change, record: Record) -> str:
    """The digest of what was last applied: as recorded, but for an object that is as wanted whatever the record says."""
    live, recorded = change.live, record.objects.get(change.key, "")
    if change.operation is not Operation.KEEP or live is None or live.manifest is None:
        return recorded
    try:
        if live.digest is None:
            return manifest_digest(live.manifest)
        return str(Applied(manifest_digest(change.desired.manifest), live.digest)) if change.desired else recorded
    except (ValueError, TypeError):
        return recorded


def opened(record: Record, plan: Plan, *, number: RunNumber, wave: int, now: datetime) -> Record:
    """Before a wave: the run is open, and a crash from here on is seen by the next pass."""
    began = record.open_run.began if record.open_run else now
    hosts = tuple(sorted({*record.hosts, *plan.hosts}))
    commits = {member.application: member.commit for member in plan.imports.members} if plan.imports else {}
    waking = record.waking or (now if plan.wakes else None)
    return replace(record, hosts=hosts, open_run=OpenRun(number, plan.digest, wave, began, commits), waking=waking)


def answered(record: Record, changes: Sequence[Change], *, answers: Sequence[Answer], now: datetime) -> Record:
    """After a wave: what the target holds of ours, and which jobs ran."""
    objects = dict(record.objects)
    for answer in answers:
        if answer.deleted:
            objects.pop(answer.key, None)
        else:
            objects[answer.key] = answer.digest
    written = {answer.key for answer in answers if not answer.deleted}
    ran = [_job_run(change.desired, now) for change in changes if change.desired and change.desired.job and change.key in written]
    return replace(record, objects=objects, jobs=_last_jobs((*record.jobs, *ran)))


def _job_run(desired: Desired, now: datetime) -> JobRun:
    return JobRun(
        name=desired.key.name,
        member=desired.member or AppName(""),
        job=desired.job or "",
        attempt=1,
        succeeded=True,
        at=now,
    )


def _last_jobs(jobs: tuple[JobRun, ...], at_most: int = 3) -> tuple[JobRun, ...]:
    """The newest runs of each job; older ones cannot come back, since their commit has been left (design 7.15)."""
    kept: list[JobRun] = []
    for run in reversed(jobs):
        same = [other for other in kept if (other.member, other.job) == (run.member, run.job)]
        if len(same) < at_most and all(other.name != run.name for other in same):
            kept.append(run)
    return tuple(reversed(kept))


def noted(record: Record, plan: Plan) -> Record:
    """What a look alone has shown: a push, and which commit's windows are in force."""
    times = plan.times
    if times is None:
        return record
    return replace(record, pushed=times.push, pause_commit=times.pause_commit)


def leaned_on(record: Record) -> Mapping[AppName, frozenset[Commit]]:
    """The commits that an environment is repaired, woken and judged by, whatever happens to its branches."""
    own = (record.frozen, record.pause_commit, record.apply_commit)
    found = [(name, member.commit) for name, member in record.members.items()]
    found += list(record.sleep.commits.items()) if record.sleep else []
    found += [(record.application, commit) for commit in own if commit is not None]
    return {name: frozenset(commit for other, commit in found if other == name) for name, _ in found}


def settled(record: Record, plan: Plan, *, number: RunNumber, now: datetime, ready: bool) -> Record:
    """After the last wave: no open run, and the members as they now are; of those that sleep, what they sleep with.

    An environment that wakes goes on doing so unless everything that was there or was written is `ready`.
    """
    imports, times = plan.imports, plan.times
    ended = replace(noted(record, plan), open_run=None, last_run=number, hosts=plan.hosts)
    if plan.asleep and imports is not None:
        commits = {member.application: member.commit for member in imports.members}
        return replace(ended, sleep=Sleep(record.sleep.since if record.sleep else now, commits), waking=None)
    applied = times.pause_commit if times and imports and times.pause_commit == imports.importer.commit else record.apply_commit
    states = _states(record, plan)
    digest = imports.digest if imports else None
    waking = None if ready and not plan.unready else record.waking
    return replace(ended, members=states, plan_digest=digest, sleep=None, apply_commit=applied, waking=waking)


def _states(record: Record, plan: Plan) -> Mapping[AppName, MemberState]:
    states = dict(record.members)
    imports = plan.imports
    if imports is not None:
        present = {member.application for member in imports.members}
        states = {name: state for name, state in states.items() if name in present}
        for member in imports.members:
            if member.application in plan.configurations:
                states[member.application] = _state(member, plan, before=record.members.get(member.application))
    return states


def _state(member: Member, plan: Plan, *, before: MemberState | None) -> MemberState:
    return MemberState(
        ref=member.ref,
        commit=member.commit,
        configuration=plan.configurations[member.application].digest,
        variables=plan.variables_digests[member.application],
        setup=plan.workflows.get(member.application) is WorkflowName.SETUP or (before is not None and before.setup),
    )
