"""Which environments without a record are born: a readable head, no tombstone in the way, room under the rule's limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.lifecycle.refs_in_force import GRACE
from reconciler.lifecycle.words import rule_text, stale_text
from reconciler.model.environment import Environment, Life, LifeState, Tombstone
from reconciler.model.ids import Commit, EnvId, short_commit
from reconciler.model.instant import instant_text
from reconciler.model.reason import Reason
from reconciler.model.refs import HeadFacts, RefState, RefTable
from reconciler.model.settings import EnvironmentRule


@dataclass(frozen=True, slots=True)
class Nursery:
    """What births are judged by: refs, facts of heads, tombstones, and the lives that stand already."""

    table: RefTable
    facts: Mapping[Commit, HeadFacts]
    tombstones: Sequence[Tombstone]
    standing: Sequence[Life]


def judge_births(unborn: Sequence[Environment], nursery: Nursery, *, now: datetime) -> tuple[Life, ...]:
    """The lives of environments that have no record: births and refusals.

    Where a rule has `at_most`, those that stand keep their places and the oldest heads take what is left. Of two with one id the
    first in the given order is judged, the other refused.
    """
    taken = {life.environment.id: life.environment for life in nursery.standing}
    refused: list[Life] = []
    fit: list[Environment] = []
    for environment in unborn:
        holder = taken.setdefault(environment.id, environment)
        life = _taken(environment, holder) if holder is not environment else _barred(environment, nursery, now=now)
        if life is None:
            fit.append(environment)
        else:
            refused.append(life)
    return (*refused, *_admitted(fit, nursery))


def _taken(environment: Environment, holder: Environment) -> Life:
    return _refused(environment, f"its id {environment.id} is taken by {holder}; give one of them another name")


def _barred(environment: Environment, nursery: Nursery, *, now: datetime) -> Life | None:
    """The refusal that has nothing to do with the others, or `None`."""
    state = nursery.table.refs[environment.ref]
    if state.missing_since is not None:
        text = f"branch {environment.branch} is missing from its repository since {instant_text(state.missing_since)}"
        due = None if nursery.table.failure else max(now, state.missing_since + GRACE)
        return Life(environment, LifeState.REFUSED, Reason(text), due)
    facts = nursery.facts.get(state.commit)
    if facts is None:
        return _refused(environment, "its head has not been read")
    if facts.unreadable is not None:
        return _refused(environment, f"its head {short_commit(state.commit)} cannot be used: {facts.unreadable}")
    stone = _newest(nursery.tombstones, environment.id)
    return _buried(environment, stone, state=state) if stone else None


def _newest(tombstones: Sequence[Tombstone], id: EnvId) -> Tombstone | None:
    return max(
        (stone for stone in tombstones if stone.environment == id), key=lambda stone: (stone.at, stone.reason), default=None
    )


def _buried(environment: Environment, stone: Tombstone, *, state: RefState) -> Life | None:
    """A dead environment is born again by a newer head alone, and only where its rule says so (design 5.3)."""
    died = f"it died at {instant_text(stone.at)} ({stone.reason})"
    if not environment.rule.recreate:
        hint = "its branch must be deleted and pushed again, or the rule must say `recreate: true`"
        return _refused(environment, f"{died}; {hint}")
    if stone.head is None:
        return _refused(environment, f"{died} at a head that is not known; its branch must be deleted and pushed again")
    if stone.head == state.commit:
        return _refused(environment, f"{died} and its head is still {short_commit(state.commit)}; a newer commit makes it again")
    return None


def _admitted(fit: Sequence[Environment], nursery: Nursery) -> list[Life]:
    places = {id(rule): _places(rule, nursery.standing) for rule in {id(one.rule): one.rule for one in fit}.values()}
    lives: list[Life] = []
    for environment in sorted(fit, key=lambda one: _age(one, nursery)):
        left = places[id(environment.rule)]
        if left is None:
            lives.append(_born(environment, nursery.table))
        elif left > 0:
            places[id(environment.rule)] = left - 1
            lives.append(_born(environment, nursery.table))
        else:
            lives.append(_crowded(environment))
    return lives


def _places(rule: EnvironmentRule, standing: Sequence[Life]) -> int | None:
    """How many more the rule admits; the dying count until their record is gone. `None` where there is no limit."""
    if rule.at_most is None:
        return None
    return max(0, rule.at_most - sum(life.environment.rule is rule for life in standing))


def _age(environment: Environment, nursery: Nursery) -> tuple[datetime, bytes]:
    return nursery.facts[nursery.table.refs[environment.ref].commit].committed_at, environment.ref


def _born(environment: Environment, table: RefTable) -> Life:
    text = f"branch {environment.branch} exists and {rule_text(environment.rule)} makes an environment of it{stale_text(table)}"
    return Life(environment, LifeState.BIRTH, Reason(text, environment.rule.place))


def _crowded(environment: Environment) -> Life:
    text = f"{rule_text(environment.rule)} admits at most {environment.rule.at_most}, and as many are there or have an older head"
    return Life(environment, LifeState.REFUSED, Reason(text, environment.rule.at("at_most")))


def _refused(environment: Environment, text: str) -> Life:
    return Life(environment, LifeState.REFUSED, Reason(text, environment.rule.place))
