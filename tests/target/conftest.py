"""Targets to be tested, and builders of what is put there."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.model.change import Change, Operation
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Commit, EnvId, Namespace, RunNumber, branch_ref
from reconciler.model.objects import ENVIRONMENT, INSTALLATION, MEMBER, OBJECT, Desired, Live, Manifest, ObjectKey, key_of
from reconciler.model.place import Origin, Place
from reconciler.model.ports import TargetReader, TargetWriter
from reconciler.model.reason import Reason
from reconciler.model.record import BranchOverride, JobRun, MemberState, OpenRun, Record
from reconciler.model.settings import DirectoryTarget, EnvironmentRule, EnvironmentType, IngressSettings
from reconciler.target.directory.reader import DirectoryReader
from reconciler.target.directory.writer import DirectoryWriter

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
FRONTEND = AppName("frontend")
PLACE = Place(Origin("config.yaml"), 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Both:
    """The two halves of one target, for one installation."""

    reader: TargetReader
    writer: TargetWriter


def _environment(name: str = "one") -> Environment:
    rule = EnvironmentRule(place=PLACE, type=EnvironmentType.EPHEMERAL, branch=name, parameters={}, variables={})
    identity = "t" + hashlib.sha256(name.encode()).hexdigest()[:7]
    return Environment(FRONTEND, branch_ref(name), EnvId(identity), Namespace(f"frontend-{identity}"), rule)


def _record(environment: Environment, *keys: ObjectKey, **rest: Any) -> Record:
    return Record(
        installation=rest.pop("installation", "main"),
        environment=environment.id,
        application=environment.application,
        ref=environment.ref,
        name=None,
        type=environment.type,
        namespace=environment.namespace,
        born=rest.pop("born", MORNING),
        objects=dict.fromkeys(keys, ""),
        **rest,
    )


def _full_record(environment: Environment) -> Record:
    commit = Commit("1" * 40)
    ref = branch_ref("feature/über")
    key = ObjectKey("Deployment", environment.namespace, "api")
    return _record(
        environment,
        key,
        members={FRONTEND: MemberState(ref, commit, configuration="c", variables="v", setup=True)},
        hosts=("b.example.com", "a.example.com"),
        jobs=(JobRun("migrate-1", FRONTEND, "migrate", attempt=2, succeeded=False, at=MORNING),),
        overrides=(BranchOverride(FRONTEND, ref, "Ada", 'because "so"', MORNING),),
        frozen=commit,
        open_run=OpenRun(RunNumber(3), "digest", wave=1, began=MORNING),
        last_run=RunNumber(2),
        plan_digest="abc",
    )


def _manifest(environment: Environment, kind: str = "Deployment", name: str = "api", **fields: Any) -> Manifest:
    installation = fields.pop("installation", "main")
    annotations = {INSTALLATION: installation, ENVIRONMENT: str(environment.id), OBJECT: f"{kind}/{name}", MEMBER: "frontend"}
    metadata = {"name": name, "namespace": str(environment.namespace), "annotations": annotations}
    if kind == "Namespace":
        del metadata["namespace"]
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}


def _put(manifest: Manifest, live: Live | None = None) -> Change:
    desired = Desired(key_of(manifest), manifest, FRONTEND, Reason("declared"))
    operation = Operation.UPDATE if live else Operation.CREATE
    return Change(operation, desired.key, Reason("asked for"), FRONTEND, desired=desired, live=live)


def _gone(key: ObjectKey, live: Live | None = None) -> Change:
    return Change(Operation.DELETE, key, Reason("not asked for"), FRONTEND, live=live)


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """The builders: `environment(name)`, `record(environment, *keys, …)`, `full_record(environment)`,
    `manifest(environment, kind, name, …)`, and the changes `put(manifest)` and `gone(key)`.
    """
    return SimpleNamespace(
        environment=_environment, record=_record, full_record=_full_record, manifest=_manifest, put=_put, gone=_gone
    )


@pytest.fixture
def directory(tmp_path: Path) -> Callable[..., Both]:
    """`directory(installation=…, write_secrets=…)`: a target in a folder of the test's, the same one each time."""

    def _directory(installation: str = "main", *, write_secrets: bool = False, path: Path = tmp_path / "deployed") -> Both:
        ingress = IngressSettings(place=PLACE)
        target = DirectoryTarget(
            place=PLACE, name="files", ingress=ingress, storage_classes={}, directory=path, write_secrets=write_secrets
        )
        return Both(DirectoryReader(target, installation), DirectoryWriter(target, installation))

    return _directory


@pytest.fixture(params=["directory"])
def target(request: pytest.FixtureRequest) -> Callable[..., Both]:
    """Every kind of target in turn: `target(installation)` gives its two halves. A new kind joins by a fixture of its name."""
    made: Callable[..., Both] = request.getfixturevalue(request.param)
    return made
