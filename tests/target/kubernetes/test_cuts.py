"""A connection that is cut at any request of a sync is healed by the next one: the same objects, none twice."""

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.controlplane.proxy import Fault, Proxy

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

RULES: Final = '- {branches: ["feature/**"], type: ephemeral}'
FAULTS: Final = {"before the server sees it": Fault(cut_before=True), "after the server did it": Fault(cut_after=0)}
COUNTED: Final = frozenset({
    "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "status", "ownerReferences", "clusterIP",
    "clusterIPs", "batch.kubernetes.io/controller-uid", "controller-uid", "deployment.kubernetes.io/revision", "volumeName",
})  # fmt: skip
"""What the server counts or draws."""


class Branches:
    """Environments of branches that are all alike, so that one can be cut where another was not."""

    def __init__(self, town: "Town", proxy: Proxy) -> None:
        self._town = town
        self._direct, self._through = town.cluster.kubeconfig(), town.cluster.kubeconfig(server=proxy.url)
        self._proxy = proxy

    def born(self, name: str, faults: dict[int, Fault]) -> list[str]:
        """An environment made through the proxy; the first lines of the requests that took."""
        town, branch = self._town, f"feature/{name}"
        town.village.repository("frontend").branch(branch)
        town.configure(kubeconfig=self._through, rules=RULES)
        self._proxy.reset(faults)
        town.village.run("sync", self._label(branch))
        return list(self._proxy.seen)

    def finished(self, name: str) -> dict[str, Any]:
        """The environment after a pass that nothing cuts, as it would be under any other name."""
        town, branch = self._town, f"feature/{name}"
        town.configure(kubeconfig=self._direct, rules=RULES)
        town.sync(self._label(branch))
        shown = town.village.run("plan", self._label(branch), "--output", "json").json["environments"][0]
        assert {change["operation"] for change in shown["changes"]} == {"keep"}
        return self._picture(shown["namespace"], branch)

    def _label(self, branch: str) -> str:
        return f"frontend-{self._town.cluster.word}/{branch}"

    def _picture(self, namespace: str, branch: str) -> dict[str, Any]:
        env_id = namespace.rpartition("-")[2]
        objects = self._town.objects_of(namespace)
        kept = {name: _lasting(item) for name, item in objects.items() if not name.endswith("/reconciler-record")}
        text = (
            json.dumps(kept)
            .replace(namespace, "NAMESPACE")
            .replace(env_id, "ENVIRONMENT")
            .replace(branch.removeprefix("feature/"), "BRANCH")
        )
        found: dict[str, Any] = json.loads(text)
        return {name: item for name, item in found.items() if not name.startswith(("Job/", "Secret/"))} | {"jobs": _jobs(found)}


def _jobs(found: dict[str, Any]) -> int:
    return sum(name.startswith("Job/") for name in found)


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(part) for key, part in value.items() if key not in COUNTED}
    return [_lasting(part) for part in value] if isinstance(value, list) else value


def test_a_birth_that_is_cut_anywhere_is_finished_by_the_next_pass(
    town: "Town", proxy: Proxy, capsys: pytest.CaptureFixture[str]
) -> None:
    branches = Branches(town, proxy)
    whole = branches.born("whole", {})
    wanted = branches.finished("whole")
    cut = [(number, where) for number, line in enumerate(whole, 1) for where in FAULTS if _differs(line, where)]
    for count, (number, where) in enumerate(cut):
        branches.born(f"cut-{count}", {number: FAULTS[where]})
        assert branches.finished(f"cut-{count}") == wanted, f"request {number} of {len(whole)}, {where}"
    with capsys.disabled():
        sys.stdout.write(f"\n{len(cut)} cuts in {len(whole)} requests\n")


def _differs(line: str, where: str) -> bool:
    """Of a read it is all the same whether the server saw it."""
    return not line.startswith("GET ") or where != "before the server sees it"
