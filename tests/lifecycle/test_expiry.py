"""Environments that expire: after their last push, after their birth, and not before a person's extension ends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from reconciler.lifecycle.judge import judge
from reconciler.model.environment import Life, LifeState
from reconciler.model.ids import Commit
from reconciler.model.lifetime import Expiry, Extension, Push, Since
from reconciler.model.record import Record
from reconciler.model.refs import RefTable
from reconciler.model.settings import Application, EnvironmentRule

THREE_DAYS = Expiry(timedelta(days=3))
FROM_BIRTH = Expiry(timedelta(days=3), Since.BIRTH)


@dataclass(frozen=True)
class Calendar:
    """One environment, `frontend/feature/login`, born two days before noon."""

    rule: Callable[..., EnvironmentRule]
    application: Callable[..., Application]
    record: Callable[..., Record]
    table: Callable[..., RefTable]
    commit: Callable[[str], Commit]
    noon: datetime

    def life(self, expiry: Expiry, *, pushed: float | None, until: float | None = None, failure: str | None = None) -> Life:
        """Its life at noon; `pushed` and `until` are days from noon. A head that was never seen has no push."""
        rule = self.rule(globs=("feature/**",), expires_after=expiry)
        application = self.application(rule)
        record = self.record(application, rule, branch="feature/login")
        if pushed is not None:
            record = replace(record, pushed=Push(self.commit("feature/login"), self.noon + timedelta(days=pushed)))
        if until is not None:
            extension = Extension(self.noon + timedelta(days=until), "ada", "the demo is tomorrow", self.noon)
            record = replace(record, extensions=(extension,))
        table = self.table("main", "feature/login", failure=failure)
        lives = judge(application, table, facts={}, records={record.environment: record}, tombstones=(), now=self.noon)
        return lives[0]


@pytest.fixture
def calendar(
    *,
    rule: Callable[..., EnvironmentRule],
    application: Callable[..., Application],
    record: Callable[..., Record],
    table: Callable[..., RefTable],
    commit: Callable[[str], Commit],
    noon: datetime,
) -> Calendar:
    """The environment whose time runs."""
    return Calendar(rule, application, record, table, commit, noon)


def test_an_environment_lives_so_long_after_its_last_push(calendar: Calendar) -> None:
    life = calendar.life(THREE_DAYS, pushed=-1)
    assert (life.state, life.due) == (LifeState.LIVE, calendar.noon + timedelta(days=2))
    assert life.reason.text.endswith("it expires at 2026-03-04T12:00:00Z")


def test_it_dies_at_the_very_instant(calendar: Calendar) -> None:
    life = calendar.life(Expiry(timedelta(days=2)), pushed=-2)
    assert (life.state, life.due) == (LifeState.DEATH, None)
    assert life.reason.text == "expired at 2026-03-02T12:00:00Z, 2d after its last push"


def test_a_head_that_was_never_seen_was_pushed_now(calendar: Calendar) -> None:
    assert calendar.life(THREE_DAYS, pushed=None).due == calendar.noon + timedelta(days=3)


def test_birth_counts_whatever_was_pushed_since(calendar: Calendar) -> None:
    assert calendar.life(FROM_BIRTH, pushed=-1).due == calendar.noon + timedelta(days=1)
    life = calendar.life(Expiry(timedelta(hours=30), Since.BIRTH), pushed=-0.1)
    assert (life.state, life.reason.text) == (LifeState.DEATH, "expired at 2026-03-01T18:00:00Z, 1d6h after its birth")


def test_an_extension_puts_the_end_off_and_never_forward(calendar: Calendar) -> None:
    assert calendar.life(Expiry(timedelta(days=1)), pushed=-1.5, until=5).due == calendar.noon + timedelta(days=5)
    assert calendar.life(THREE_DAYS, pushed=-1, until=1).due == calendar.noon + timedelta(days=2)
    assert "to which ada had extended it" in calendar.life(Expiry(timedelta(days=1)), pushed=-2, until=-0.5).reason.text


def test_nothing_expires_while_its_repository_does_not_answer(calendar: Calendar) -> None:
    assert calendar.life(Expiry(timedelta(days=1)), pushed=-2, failure="connection refused").state is LifeState.LIVE
