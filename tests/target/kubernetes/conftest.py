"""The demo's applications with a cluster as their target, under names of the test's own."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.kinds.table import KINDS
from reconciler.target.kubernetes.requests import path_of
from tests.controlplane.fixtures import Cluster

if TYPE_CHECKING:
    from tests.conftest import Answer, Village

CONFIG = """\
version: 1
installation: main-{word}
store: sqlite:state.db
mirrors: mirrors
allow_local: true
targets:
  dev:
    kubernetes: {{kubeconfig: "{kubeconfig}", context: reconciler, namespace: reconciler-{word}}}
    {more}
secrets:
  stores:
    rsm: {{directory: {secrets}, grant: [{{applications: [backend, frontend-{word}], types: [permanent, ephemeral]}}]}}
applications:
  frontend-{word}:
    repository: repositories/frontend
    target: dev
    domain: preview.example.com
    image: "registry.example.com/{{repository}}/{{name}}:{{commit}}"
    importable_by: ["**"]
    environments:
    - {{name: production, branch: main, type: permanent}}
    {rules}
  backend:
    repository: repositories/backend
    target: dev
    importable_by: ["**"]
    image: "registry.example.com/{{repository}}/{{name}}:{{commit}}"
  notifier:
    repository: repositories/notifier
    target: dev
    image: "registry.example.com/{{repository}}/{{name}}:{{commit}}"
"""


class Town:
    """A village whose objects go to the control plane; only `production` is born unless a rule says more."""

    def __init__(self, village: "Village", cluster: Cluster, folder: Path) -> None:
        self.village = village
        self.cluster = cluster
        self.admin = cluster.admin
        self.secrets = folder
        self.environment = f"frontend-{cluster.word}/production"
        folder.mkdir()
        template = Path(village.repository("frontend").path, ".release", "application_template.yaml")
        self.edit(template.read_text().replace("app: frontend", f"app: frontend-{cluster.word}"), "frontend")
        self.configure()

    def configure(self, *, kubeconfig: Path | None = None, more: str = "", rules: str = "") -> None:
        """Write config.yaml; `more` are further keys of the target, `rules` further environments."""
        facts = {"kubeconfig": kubeconfig or self.cluster.kubeconfig(), "secrets": self.secrets, "more": more, "rules": rules}
        self.village.configure(CONFIG.format(word=self.cluster.word, **facts))

    def edit(self, template: str, application: str = "backend") -> None:
        """Commit another template."""
        self.village.repository(application).commit({".release/application_template.yaml": template})

    def template(self, application: str = "backend") -> str:
        """The template as it is on main."""
        return Path(self.village.repository(application).path, ".release", "application_template.yaml").read_text()

    def sync(self, *arguments: str, code: int = 0) -> "Answer":
        """One pass, which must end with this exit code."""
        answer = self.village.run("sync", *arguments)
        assert answer.code == code, f"{answer.out}\n{answer.err}"
        return answer

    def say(self, command: str, *more: str, code: int = 0) -> "Answer":
        """Pause or resume production by a person's word; the command must end with this exit code."""
        answer = self.village.run(command, self.environment, "--reason", "a test", *more)
        assert answer.code == code, f"{answer.out}\n{answer.err}"
        return answer

    def plan(self, *arguments: str) -> Any:
        """The plan of production as JSON."""
        answer = self.village.run("plan", self.environment, "--output", "json", *arguments)
        return answer.json["environments"][0]

    @property
    def namespace(self) -> str:
        """The namespace of production."""
        found = [space["metadata"]["name"] for space in self.admin.get("/api/v1/namespaces")["items"]]
        (name,) = (name for name in found if name.startswith(f"frontend-{self.cluster.word}-"))
        return str(name)

    def path(self, kind: str, name: str = "") -> str:
        """Where objects of the environment lie at the server."""
        return path_of(KINDS[kind], namespace=self.namespace, name=name)

    def get(self, kind: str, name: str) -> Any:
        """One object of the environment."""
        return self.admin.get(self.path(kind, name))

    def objects(self) -> dict[str, Any]:
        """Everything of the known kinds in the namespace, by kind and name."""
        return self.objects_of(self.namespace)

    def objects_of(self, namespace: str) -> dict[str, Any]:
        """Everything of the known kinds in that namespace, by kind and name."""
        kinds = [kind for kind in KINDS.values() if kind.namespaced]
        answers = ((kind.name, self.admin.get(path_of(kind, namespace=namespace))["items"]) for kind in kinds)
        return {f"{kind}/{item['metadata']['name']}": item for kind, items in answers for item in items}

    def settled(self) -> dict[str, Any]:
        """The objects once every Deployment and StatefulSet is ready and every Job complete, and controllers have said all they
        had to say of them; claims get volumes."""
        self.until(lambda: self._provide() and all(map(_settled, self._running())), what=self._unsettled)
        self.until(self._is_still)
        return self.objects()

    def _is_still(self) -> bool:
        before = self.objects()
        time.sleep(1)
        return self.objects() == before

    def _unsettled(self) -> object:
        """What is waited for, and everything that could say why."""
        waiting = [item for item in self._running() if not _settled(item)]
        others = [self.admin.get(f"/api/v1/namespaces/{self.namespace}/{kind}")["items"] for kind in ("pods", "events")]
        claims = self.admin.get(self.path("PersistentVolumeClaim"))["items"]
        return json.dumps([waiting, claims, *others], indent=1)

    def _provide(self) -> bool:
        """A volume for each claim that has none, as a provisioner makes it; controllers make claims when they come to it."""
        for claim in self.admin.get(self.path("PersistentVolumeClaim"))["items"]:
            if "volumeName" not in claim["spec"]:
                self.admin.ask("POST", "/api/v1/persistentvolumes", _volume(claim))
        return True

    def _running(self) -> list[Any]:
        return [item for kind in ("Job", "StatefulSet", "Deployment") for item in self.admin.get(self.path(kind))["items"]]

    def until(self, true: Callable[[], bool], *, seconds: float = 240, what: Callable[[], object] = str) -> None:
        """Wait for something that controllers bring about; `what` is asked when they do not."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"controllers take too long {what()}"
            time.sleep(0.3)

    def writes(self) -> list[str]:
        """What the reconciler asked of this test's things that could change anything, since the audit was begun anew."""
        asked = self.cluster.audit.writes("reconciler")
        return [f"{one.verb} {one.uri}" for one in asked if self.cluster.word in one.uri]


def _volume(claim: Any) -> Any:
    metadata, spec = claim["metadata"], claim["spec"]
    return {
        "metadata": {"name": f"{metadata['namespace']}-{metadata['name']}"},
        "spec": {
            "capacity": spec["resources"]["requests"],
            "accessModes": spec["accessModes"],
            "hostPath": {"path": "/nowhere"},
            "claimRef": {"namespace": metadata["namespace"], "name": metadata["name"]},
        },
    }


def _settled(item: Any) -> bool:
    status, spec = item.get("status", {}), item.get("spec", {})
    if "template" not in spec:
        return True
    if "completions" in spec:
        return bool(status.get("succeeded"))
    return bool(status.get("readyReplicas", 0) == spec.get("replicas") and status.get("observedGeneration"))


@pytest.fixture
def town(village: "Village", cluster: Cluster, tmp_path: Path) -> Town:
    """The demo's applications, with production in the control plane."""
    return Town(village, cluster, tmp_path / "secrets")


@pytest.fixture
def sleepy(town: Town) -> Town:
    """The town whose production may sleep."""
    text = town.village.config.read_text()
    town.village.configure(text.replace("type: permanent}", "type: permanent, may_pause: true}"))
    return town
