"""Tombstones: remembered deaths, so that what was torn down is not reborn by the same head (design 5.3)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from reconciler.lifecycle.refs_in_force import is_gone
from reconciler.model.environment import Tombstone
from reconciler.model.ids import AppName, Commit
from reconciler.model.plan import Plan
from reconciler.model.record import InstallationRecord
from reconciler.model.refs import RefTable


def buried(record: InstallationRecord, plan: Plan, *, head: Commit | None, now: datetime) -> InstallationRecord:
    """The record with the death of the plan's environment; a branch that is gone leaves no tombstone, its return is a birth."""
    environment = plan.environment
    others = tuple(stone for stone in record.tombstones if stone.environment != environment.id)
    if head is None:
        return replace(record, tombstones=others)
    stone = Tombstone(environment.id, environment.application, environment.ref, head, plan.life.reason.text, now)
    return replace(record, tombstones=(*others, stone))


def unburied(record: InstallationRecord, plan: Plan) -> InstallationRecord:
    """The record without the death of an environment that is born again."""
    return replace(record, tombstones=tuple(stone for stone in record.tombstones if stone.environment != plan.environment.id))


def outlived(record: InstallationRecord, tables: Mapping[AppName, RefTable]) -> InstallationRecord:
    """The record without the tombstones of branches that are gone: they stand while the branch exists, its return is a birth."""
    stones = tuple(
        stone for stone in record.tombstones if (table := tables.get(stone.application)) is None or not is_gone(table, stone.ref)
    )
    return replace(record, tombstones=stones)
