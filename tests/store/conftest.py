"""Builders for the tests of the store: runs, listings, and processes that hold, kill or starve it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.configuration import WorkflowName
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Commit, EnvId, Namespace, Ref, RunNumber, branch_ref
from reconciler.model.importplan import BranchRule, ImportPlan, Member
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, whole_file
from reconciler.model.reason import Reason
from reconciler.model.refs import KnownRefs, Listing, Vanished
from reconciler.model.run import Run
from reconciler.model.settings import EnvironmentRule

NOON = datetime(2026, 3, 2, 12, 0, 0, 250, tzinfo=UTC)

MakeRun = Callable[..., Run]
MakeKnown = Callable[..., KnownRefs]
Script = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where a store is not yet."""
    return tmp_path / "state" / "store.db"


@pytest.fixture
def make_run() -> MakeRun:
    """A run of `frontend/feature-1` that has begun."""

    def build(number: int = 1, environment: str = "tabc1234", **rest: Any) -> Run:
        values: dict[str, Any] = {
            "label": "frontend/feature-1",
            "workflow": WorkflowName.PATCH,
            "reason": "push: frontend feature-1",
            "plan": "d" * 64,
            "commits": {AppName("frontend"): Commit("1" * 40)},
            "began": NOON + timedelta(minutes=number),
            **rest,
        }
        return Run(environment=EnvId(environment), number=RunNumber(number), **values)

    return build


@pytest.fixture
def make_known() -> MakeKnown:
    """What listings have told: `main`, a name that is not UTF-8, and refs that are missing since."""

    def build(
        at: datetime = NOON, main: str = "1" * 40, *, missing: dict[bytes, datetime] | None = None, head: bytes | None = None
    ) -> KnownRefs:
        refs = {branch_ref("main"): Commit(main), Ref(b"refs/heads/caf\xe9"): Commit("2" * 40)}
        vanished = {Ref(name): Vanished(Commit("3" * 40), since) for name, since in (missing or {}).items()}
        return KnownRefs(Listing(refs, Ref(head) if head else branch_ref("main"), at), vanished, NOON)

    return build


@pytest.fixture
def import_plan() -> ImportPlan:
    """`frontend` at `feature-1` with `backend` at the same name."""
    rule = EnvironmentRule(place=whole_file(Origin("config.yaml")), type=EnvironmentType.EPHEMERAL, parameters={}, variables={})
    ref = branch_ref("feature-1")
    environment = Environment(AppName("frontend"), ref, EnvId("tabc1234"), Namespace("frontend-tabc1234"), rule)
    chosen = Reason("a branch of the same name exists")
    backend = Member(
        AppName("backend"), "git@host:b.git", ref, Commit("2" * 40), BranchRule.SAME_NAME, chosen, aborted=Reason("ignored")
    )
    frontend = Member(AppName("frontend"), "git@host:f.git", ref, Commit("1" * 40), BranchRule.SELF, Reason("its own"))
    return ImportPlan(environment, (backend, frontend))


@pytest.fixture
def script() -> Iterator[Script]:
    """Starts Python code in another process; ends it with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
