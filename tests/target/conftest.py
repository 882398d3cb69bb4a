"""Targets to be tested, and builders of what is put there."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from reconciler.model.change import Change, Operation
from reconciler.model.environment import Environment
from reconciler.model.errors import Retry
from reconciler.model.ids import AppName, Commit, EnvId, Namespace, RunNumber, branch_ref
from reconciler.model.lifetime import EnvironmentType, Extension, Push
from reconciler.model.objects import (
    ENVIRONMENT,
    INSTALLATION,
    INSTANCE,
    MANAGED_BY,
    MEMBER,
    OBJECT,
    Desired,
    Live,
    Manifest,
    ObjectKey,
    key_of,
)
from reconciler.model.place import Origin, Place
from reconciler.model.ports import TargetReader, TargetWriter
from reconciler.model.reason import Reason
from reconciler.model.record import BranchOverride, JobRun, MemberState, OpenRun, Record, Sleep
from reconciler.model.settings import DirectoryTarget, EnvironmentRule, IngressSettings, KubernetesTarget
from reconciler.model.windows import State, WindowOverride
from reconciler.target.directory.reader import DirectoryReader
from reconciler.target.directory.writer import DirectoryWriter
from reconciler.target.kubernetes.open import open_target
from tests.controlplane.fixtures import Cluster

T = TypeVar("T")
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
        window_overrides=(WindowOverride(State.ASLEEP, MORNING, None, "Ada", "a quiet day"),),
        extensions=(Extension(MORNING, "Ada", "the demo", MORNING),),
        pushed=Push(commit, MORNING),
        pause_commit=commit,
        apply_commit=commit,
        sleep=Sleep(MORNING, {FRONTEND: commit}),
        waking=MORNING,
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


class Play:
    """One kind of target, with names of the test's own: a cluster is shared with other tests, a directory is not."""

    def __init__(self, opened: Callable[[str], Both], word: str = "") -> None:
        self._opened = opened
        self._word = word
        self.main = f"main{word}"
        self.other = f"other{word}"

    def target(self, installation: str | None = None) -> Both:
        """The two halves of the target, for the installation `main` or another."""
        return self._opened(installation or self.main)

    def environment(self, name: str = "one") -> Environment:
        """An environment."""
        made = _environment(f"{name}{self._word}")
        return replace(made, namespace=Namespace(f"{made.namespace}{self._word}"))

    def record(self, environment: Environment, *keys: ObjectKey, **rest: Any) -> Record:
        """Its record, of the installation `main` unless it is said."""
        return _record(environment, *keys, **{"installation": self.main, **rest})

    def full_record(self, environment: Environment) -> Record:
        """A record with something in every field."""
        return replace(_full_record(environment), installation=self.main)

    def manifest(self, environment: Environment, installation: str | None = None, **data: str) -> Manifest:
        """A ConfigMap, which every target holds to the letter."""
        made = _manifest(environment, "ConfigMap", installation=installation or self.main, data=data)
        made["metadata"]["labels"] = {MANAGED_BY: "reconciler", INSTANCE: str(environment.id)}
        return made

    def open_namespace(self, environment: Environment, installation: str | None = None) -> Both:
        """The target, with the environment's namespace in it."""
        both = self.target(installation)
        name = str(environment.namespace)
        both.writer.put(_put(_manifest(environment, "Namespace", name, installation=installation or self.main)))
        return both

    def patiently(self, act: Callable[[], T]) -> T:
        """What the act gives, once what was deleted is gone."""
        end = time.monotonic() + 60
        while True:
            try:
                return act()
            except Retry:
                if time.monotonic() > end:
                    raise
            time.sleep(0.2)


@pytest.fixture
def directory_play(directory: Callable[..., Both]) -> Play:
    """A directory."""
    return Play(directory)


@pytest.fixture
def kubernetes(cluster: Cluster) -> Callable[..., Both]:
    """`kubernetes(installation, server=…, user=…)`: a target in the control plane."""

    def _kubernetes(installation: str = f"main-{cluster.word}", *, server: str | None = None, user: str = "reconciler") -> Both:
        target = KubernetesTarget(
            place=PLACE,
            name="dev",
            ingress=IngressSettings(place=PLACE),
            storage_classes={},
            kubeconfig=cluster.kubeconfig(server=server, user=user),
            context=user,
            namespace=f"reconciler-{cluster.word}",
        )
        return Both(*open_target(target, installation, connections=2))

    return _kubernetes


@pytest.fixture
def kubernetes_play(kubernetes: Callable[..., Both], cluster: Cluster) -> Play:
    """The control plane."""
    return Play(kubernetes, f"-{cluster.word}")


@pytest.fixture(params=["directory_play", pytest.param("kubernetes_play", marks=pytest.mark.slow)])
def play(request: pytest.FixtureRequest) -> Play:
    """Every kind of target in turn. A new kind joins by a fixture of its name."""
    made: Play = request.getfixturevalue(request.param)
    return made
