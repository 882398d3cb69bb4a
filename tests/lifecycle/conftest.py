"""Builders for the tests of lives: rules, applications, records and tables of refs from a few words."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.lifecycle.identity import identify
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName, Commit, branch_ref
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, Place
from reconciler.model.record import Record
from reconciler.model.refs import Listing, RefState, RefTable
from reconciler.model.settings import Allowance, Application, EnvironmentRule

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _place(line: int) -> Place:
    return Place(Origin("config.yaml"), line, 5, line, 20)


def _commit(text: str) -> Commit:
    return Commit(hashlib.sha1(text.encode()).hexdigest())


def _rule(*, globs: tuple[str, ...] = (), type: str = "ephemeral", line: int = 10, **rest: Any) -> EnvironmentRule:
    return EnvironmentRule(
        place=_place(line),
        type=EnvironmentType(type),
        branches=tuple(RefGlob(glob) for glob in globs),
        parameters={},
        variables={},
        **rest,
    )


def _application(*rules: EnvironmentRule, name: str = "frontend") -> Application:
    return Application(
        place=_place(1),
        name=AppName(name),
        repository=f"https://git.example.com/acme/{name}.git",
        target="files",
        allow=Allowance(place=_place(1)),
        environments=rules,
    )


def _record(application: Application, rule: EnvironmentRule, *, branch: str) -> Record:
    environment = identify(application.name, rule, ref=branch_ref(branch))
    return Record(
        installation="main",
        environment=environment.id,
        application=application.name,
        ref=environment.ref,
        name=environment.name,
        type=rule.type,
        namespace=environment.namespace,
        born=NOON - timedelta(days=2),
    )


def _listing(*branches: str, minutes: float = 0, head: str | None = "main") -> Listing:
    refs = {branch_ref(name): _commit(name) for name in branches}
    return Listing(refs, branch_ref(head) if head else None, NOON + timedelta(minutes=minutes))


def _table(*branches: str, **rest: Any) -> RefTable:
    refs = {branch_ref(name): RefState(_commit(name)) for name in branches}
    return RefTable(refs, branch_ref("main"), **{"listed_at": NOON, "began": NOON - timedelta(days=9), "gone": {}, **rest})


@pytest.fixture(scope="session")
def noon() -> datetime:
    """The instant at which the tests take place."""
    return NOON


@pytest.fixture(scope="session")
def commit() -> Callable[[str], Commit]:
    """The commit that a branch of that name has in these tests."""
    return _commit


@pytest.fixture(scope="session")
def rule() -> Callable[..., EnvironmentRule]:
    """A rule: `rule(globs=("feature/**",))` or `rule(name="production", branch="main", type="permanent")`."""
    return _rule


@pytest.fixture(scope="session")
def application() -> Callable[..., Application]:
    """An application with those rules."""
    return _application


@pytest.fixture(scope="session")
def record() -> Callable[..., Record]:
    """The record that an environment of that rule and branch would have."""
    return _record


@pytest.fixture(scope="session")
def listing() -> Callable[..., Listing]:
    """A successful listing with those branches, so many minutes after noon."""
    return _listing


@pytest.fixture(scope="session")
def table() -> Callable[..., RefTable]:
    """The refs in force, listed at noon."""
    return _table
