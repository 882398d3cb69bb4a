"""Judge which environments of an application live, are born, die or are refused, each with its reason (design 5.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.lifecycle.births import Nursery, judge_births
from reconciler.lifecycle.rules import candidates, order_of
from reconciler.lifecycle.standing import judge_standing
from reconciler.model.environment import Environment, Life, LifeState, Tombstone
from reconciler.model.ids import Commit, EnvId, Ref
from reconciler.model.reason import Reason
from reconciler.model.record import Record
from reconciler.model.refs import HeadFacts, RefTable
from reconciler.model.settings import Application


def judge(
    application: Application,
    table: RefTable,
    *,
    facts: Mapping[Commit, HeadFacts],
    records: Mapping[EnvId, Record],
    tombstones: Sequence[Tombstone],
    now: datetime,
) -> tuple[Life, ...]:
    """Every environment of the application that stands or that its rules make, in the order of their names.

    `facts` are those of the heads without a record; records and tombstones of other applications are passed over. Nothing dies
    by the absence of knowledge: a repository that did not answer, or never has, changes no life.
    """
    mine = [record for record in records.values() if record.application == application.name]
    tombs = [stone for stone in tombstones if stone.application == application.name]
    dead = {stone.environment: stone for stone in tombs}
    standing = [_ended(judge_standing(application, record, table=table, now=now), dead) for record in mine]
    stands = {_identity(life.environment) for life in standing}
    unborn = [made for made in candidates(application, table) if _identity(made) not in stands]
    born = judge_births(unborn, Nursery(table, facts, tombs, standing), now=now)
    return tuple(sorted((*standing, *born), key=lambda life: order_of(life.environment)))


def _ended(life: Life, dead: Mapping[EnvId, Tombstone]) -> Life:
    """A tombstone is set before a teardown and taken away before a birth: with a record beside it, a teardown was cut off."""
    stone = dead.get(life.environment.id)
    return replace(life, state=LifeState.DEATH, reason=Reason(stone.reason), due=None) if stone else life


def _identity(environment: Environment) -> tuple[EnvId, str | None, Ref]:
    return environment.id, environment.name, environment.ref
