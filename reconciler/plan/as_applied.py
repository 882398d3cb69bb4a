"""The world as an environment's last good run saw it, so that it can be repaired, put to sleep and woken while a change waits."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.ids import AppName, Commit
from reconciler.model.plan import Plan
from reconciler.model.reason import Reason
from reconciler.model.record import BranchOverride, KeptRecord, Record
from reconciler.model.refs import RefState, RefTable
from reconciler.plan.sight import World

_LEFT = Reason("as the last run left it, for what is newer waits")


def last_commits(record: Record, *, asleep: bool) -> Mapping[AppName, Commit]:
    """The members' commits as they were last carried out: an environment that sleeps may have been updated since its last run."""
    if asleep and record.sleep is not None:
        return record.sleep.commits
    return {name: member.commit for name, member in record.members.items()}


def world_as_applied(world: World, record: Record, *, asleep: bool) -> World:
    """The same world with each member's branch at the commit that was last carried out."""
    commits = last_commits(record, asleep=asleep)
    tables = {name: _at(table, record, commit=commits.get(name), name=name) for name, table in world.tables.items()}
    return replace(world, tables=tables)


def record_as_applied(kept: KeptRecord) -> KeptRecord:
    """The record, which chooses for each member the branch that it had."""
    record = kept.record
    chosen = {override.member: override for override in record.overrides}
    for name, member in record.members.items():
        if name != record.application:
            chosen[name] = BranchOverride(name, member.ref, "", _LEFT.text, record.born)
    return replace(kept, record=replace(record, overrides=tuple(chosen.values())))


def as_it_was_left(plan: Plan, record: Record) -> Plan:
    """The plan, whose members say why they are where they are; the record is the true one again."""
    if plan.imports is None:
        return replace(plan, record=record)
    members = tuple(replace(member, reason=_LEFT, rejected=()) for member in plan.imports.members)
    return replace(plan, imports=replace(plan.imports, members=members), record=record)


def _at(table: RefTable, record: Record, *, commit: Commit | None, name: AppName) -> RefTable:
    member = record.members.get(name)
    if member is None or commit is None:
        return table
    return replace(table, refs={**table.refs, member.ref: RefState(commit)})
