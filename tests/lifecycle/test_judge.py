"""Births, deaths and refusals, told as stories of one application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from reconciler.lifecycle.judge import judge
from reconciler.model.environment import Life, LifeState, Tombstone
from reconciler.model.ids import AppName, Commit, branch_ref
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.record import Record
from reconciler.model.refs import HeadFacts, RefState, RefTable, Vanished
from reconciler.model.settings import Application, EnvironmentRule

LIVE, BIRTH, DEATH, REFUSED = LifeState.LIVE, LifeState.BIRTH, LifeState.DEATH, LifeState.REFUSED


@dataclass(frozen=True)
class Town:
    """The builders of this room, and one way to judge."""

    rule: Callable[..., EnvironmentRule]
    application: Callable[..., Application]
    record: Callable[..., Record]
    table: Callable[..., RefTable]
    commit: Callable[[str], Commit]
    noon: datetime

    def judged(
        self,
        application: Application,
        table: RefTable,
        *records: Record,
        tombstones: tuple[Tombstone, ...] = (),
        facts: Mapping[Commit, HeadFacts] | None = None,
    ) -> dict[str, Life]:
        """The lives by label; every head is readable and as old as its name is short, unless facts are given."""
        heads = {state.commit: HeadFacts(self.noon, None) for state in table.refs.values()}
        mine = {record.environment: record for record in records}
        lives = judge(
            application, table, facts=heads if facts is None else facts, records=mine, tombstones=tombstones, now=self.noon
        )
        return {str(life.environment): life for life in lives}

    def missing(self, table: RefTable, branch: str, since: datetime) -> RefTable:
        """The table with one more branch, missing but within its grace."""
        state = RefState(self.commit(branch), since)
        return replace(table, refs={**table.refs, branch_ref(branch): state})

    def gone(self, *branches: str, gone: str) -> RefTable:
        """A table whose grace for one branch is over."""
        miss = Vanished(self.commit(gone), self.noon - timedelta(minutes=30))
        table = self.table(*branches)
        return replace(table, gone={branch_ref(gone): miss})

    def stone(self, record: Record, head: str) -> Tombstone:
        """The tombstone that a teardown by hand leaves."""
        at = self.noon - timedelta(hours=1)
        return Tombstone(record.environment, record.application, record.ref, self.commit(head), "torn down by Ada", at)


@pytest.fixture
def town(
    rule: Callable[..., EnvironmentRule],
    application: Callable[..., Application],
    *,
    record: Callable[..., Record],
    table: Callable[..., RefTable],
    commit: Callable[[str], Commit],
    noon: datetime,
) -> Town:
    """All builders in one hand."""
    return Town(rule, application, record, table, commit, noon)


def states(lives: Mapping[str, Life]) -> dict[str, LifeState]:
    """Label and state."""
    return {label: life.state for label, life in lives.items()}


def test_branches_that_a_rule_matches_are_born_and_those_with_a_record_live(town: Town) -> None:
    features, production = town.rule(globs=("feature/**",)), town.rule(name="production", branch="main", type="permanent")
    app = town.application(production, features)
    lives = town.judged(app, town.table("main", "feature/a", "wip"), town.record(app, production, branch="main"))
    assert states(lives) == {"frontend/production": LIVE, "frontend/feature/a": BIRTH}
    assert str(lives["frontend/production"].reason) == (
        "branch main exists and the rule named production makes it (config.yaml:10:5)"
    )
    assert list(lives) == sorted(lives)


def test_a_head_that_was_not_read_is_not_born(town: Town) -> None:
    app = town.application(town.rule(globs=("**",)))
    life = town.judged(app, town.table("main"), facts={})["frontend/main"]
    assert (life.state, life.reason.text) == (REFUSED, "its head has not been read")


def test_a_head_without_a_readable_release_file_is_not_born(town: Town) -> None:
    app = town.application(town.rule(globs=("**",)))
    facts = {town.commit("main"): HeadFacts(town.noon, "there is no .release.yaml on the branch")}
    life = town.judged(app, town.table("main"), facts=facts)["frontend/main"]
    assert life.state is REFUSED
    assert life.reason.text.endswith("there is no .release.yaml on the branch")


def test_a_missing_branch_lives_until_its_grace_is_over_and_says_when(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    since = town.noon - timedelta(minutes=4)
    table = town.missing(town.table("main"), "topic", since)
    life = town.judged(app, table, town.record(app, rule, branch="topic"))["frontend/topic"]
    assert (life.state, life.due) == (LIVE, since + timedelta(minutes=10))
    assert "missing from its repository since 2026-03-02T11:56:00Z" in life.reason.text


def test_a_missing_branch_is_not_born(town: Town) -> None:
    app = town.application(town.rule(globs=("**",)))
    table = town.missing(town.table("main"), "topic", town.noon)
    assert states(town.judged(app, table)) == {"frontend/main": BIRTH, "frontend/topic": REFUSED}


def test_a_branch_that_is_gone_dies(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    record = town.record(app, rule, branch="topic")
    life = town.judged(app, town.gone("main", gone="topic"), record)["frontend/topic"]
    assert (life.state, life.reason.text) == (DEATH, "branch topic is gone since 2026-03-02T11:30:00Z")
    assert (life.environment.id, life.environment.namespace) == (record.environment, record.namespace)


def test_a_branch_that_is_gone_dies_though_its_rule_is_gone_too(town: Town) -> None:
    record = town.record(town.application(), town.rule(globs=("**",)), branch="topic")
    assert town.judged(town.application(), town.gone("main", gone="topic"), record)["frontend/topic"].state is DEATH


def test_a_permanent_environment_does_not_die_by_itself(town: Town) -> None:
    permanent = town.rule(globs=("**",), type="permanent")
    ephemeral = town.rule(globs=("**",))
    table = town.gone("main", gone="topic")
    for was, now in ((permanent, permanent), (permanent, ephemeral), (ephemeral, permanent)):
        app = town.application(now)
        life = town.judged(app, table, town.record(app, was, branch="topic"))["frontend/topic"]
        assert life.state is REFUSED
        assert "tear it down by hand" in life.reason.text


def test_a_repository_that_did_not_answer_kills_nothing_and_feeds_what_it_knows(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    records = [town.record(app, rule, branch=branch) for branch in ("main", "topic", "lost")]
    table = replace(town.gone("main", gone="lost"), failure="timed out")
    lives = town.judged(app, town.missing(table, "topic", town.noon - timedelta(days=1)), *records)
    assert states(lives) == {"frontend/main": LIVE, "frontend/topic": LIVE, "frontend/lost": REFUSED}
    assert all("did not answer (timed out)" in life.reason.text for life in lives.values())
    assert all(life.due is None for life in lives.values())


def test_a_repository_that_was_never_listed_changes_nothing(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    lives = town.judged(app, RefTable({}, None, None, "no route"), town.record(app, rule, branch="main"))
    assert states(lives) == {"frontend/main": REFUSED}
    assert "never listed (no route)" in lives["frontend/main"].reason.text


def test_a_repository_that_lists_no_branch_at_all_is_not_believed(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    life = town.judged(app, town.gone(gone="topic"), town.record(app, rule, branch="topic"))["frontend/topic"]
    assert life.state is REFUSED


def test_a_lost_store_restarts_the_grace(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    record = town.record(app, rule, branch="topic")
    fresh = replace(town.table("main"), began=town.noon)
    life = town.judged(app, fresh, record)["frontend/topic"]
    assert (life.state, life.due) == (REFUSED, town.noon + timedelta(minutes=10))
    assert town.judged(app, town.table("main"), record)["frontend/topic"].state is DEATH


def test_an_environment_whose_rule_is_gone_is_left_alone(town: Town) -> None:
    record = town.record(town.application(), town.rule(globs=("**",)), branch="topic")
    app = town.application(town.rule(globs=("feature/**",)))
    life = town.judged(app, town.table("main", "topic"), record)["frontend/topic"]
    assert (life.state, life.environment.type) == (REFUSED, EnvironmentType.EPHEMERAL)
    assert "no rule of config.yaml makes it any longer" in life.reason.text


def test_a_declared_environment_follows_its_rule_to_another_branch(town: Town) -> None:
    before, after = town.rule(name="staging", branch="main"), town.rule(name="staging", branch="next")
    record = town.record(town.application(), before, branch="main")
    life = town.judged(town.application(after), town.table("main", "next"), record)["frontend/staging"]
    assert (life.state, life.environment.branch, life.environment.id) == (LIVE, "next", record.environment)


def test_a_mistyped_branch_in_a_rule_kills_nothing(town: Town) -> None:
    before, after = town.rule(name="staging", branch="next"), town.rule(name="staging", branch="nxet")
    record = town.record(town.application(), before, branch="next")
    life = town.judged(town.application(after), town.table("main", "next"), record)["frontend/staging"]
    assert life.state is REFUSED
    assert "names branch nxet, which is not there" in life.reason.text


def test_at_most_keeps_who_is_there_and_admits_the_oldest_heads(town: Town) -> None:
    rule = town.rule(globs=("**",), at_most=3)
    app = town.application(rule)
    branches = ("there", "young", "old", "middle")
    age = {"young": 1, "old": 9, "middle": 5}
    facts = {town.commit(name): HeadFacts(town.noon - timedelta(days=days), None) for name, days in age.items()}
    lives = town.judged(app, town.table(*branches), town.record(app, rule, branch="there"), facts=facts)
    assert states(lives) == {
        "frontend/middle": BIRTH,
        "frontend/old": BIRTH,
        "frontend/there": LIVE,
        "frontend/young": REFUSED,
    }
    assert "at most 3" in lives["frontend/young"].reason.text


def test_a_limit_that_was_lowered_throws_nobody_out(town: Town) -> None:
    rule = town.rule(globs=("**",), at_most=1)
    app = town.application(rule)
    records = [town.record(app, rule, branch=branch) for branch in ("a", "b")]
    lives = town.judged(app, town.table("a", "b", "c"), *records)
    assert states(lives) == {"frontend/a": LIVE, "frontend/b": LIVE, "frontend/c": REFUSED}


def test_each_rule_has_its_own_limit(town: Town) -> None:
    app = town.application(town.rule(globs=("a*",), at_most=1), town.rule(globs=("b*",), at_most=1))
    born = [label for label, life in town.judged(app, town.table("a1", "a2", "b1", "b2")).items() if life.state is BIRTH]
    assert len(born) == 2
    assert {label[-2] for label in born} == {"a", "b"}


def test_the_dead_are_not_reborn_by_themselves(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    stone = town.stone(town.record(app, rule, branch="topic"), head="topic")
    life = town.judged(app, town.table("topic"), tombstones=(stone,))["frontend/topic"]
    assert life.state is REFUSED
    assert "its branch must be deleted and pushed again, or the rule must say `recreate: true`" in life.reason.text


def test_a_newer_head_is_reborn_where_the_rule_says_recreate(town: Town) -> None:
    rule = town.rule(globs=("**",), recreate=True)
    app = town.application(rule)
    record = town.record(app, rule, branch="topic")
    rows = {"topic": REFUSED, "an older commit": BIRTH}
    for head, state in rows.items():
        stone = town.stone(record, head=head)
        assert town.judged(app, town.table("topic"), tombstones=(stone,))["frontend/topic"].state is state
    unknown = replace(town.stone(record, head="topic"), head=None)
    assert town.judged(app, town.table("topic"), tombstones=(unknown,))["frontend/topic"].state is REFUSED


def test_the_tombstones_of_others_are_no_concern(town: Town) -> None:
    rule = town.rule(globs=("**",))
    app = town.application(rule)
    stone = replace(town.stone(town.record(app, rule, branch="topic"), head="topic"), application=AppName("other"))
    assert town.judged(app, town.table("topic"), tombstones=(stone,))["frontend/topic"].state is BIRTH


def test_of_two_environments_with_one_id_the_later_is_refused(town: Town) -> None:
    app = town.application(town.rule(name="staging", branch="main"), town.rule(name="staging", branch="next"))
    heads = {town.commit(branch): HeadFacts(town.noon, None) for branch in ("main", "next")}
    lives = judge(app, town.table("main", "next"), facts=heads, records={}, tombstones=(), now=town.noon)
    assert [(life.environment.branch, life.state) for life in lives] == [("main", BIRTH), ("next", REFUSED)]
    assert "is taken by frontend/staging" in lives[1].reason.text
