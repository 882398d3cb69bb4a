"""Whatever a hand makes of our files, the next sync puts them back, and looking never breaks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

Edit = Callable[..., str]

pytestmark = pytest.mark.slow

NAMED = "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
MARKED = """\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
  namespace: {namespace}
  annotations:
    reconciler/installation: demo
    reconciler/environment: {id}
    reconciler/object: {kind}/{name}
    reconciler/member: frontend
"""
CONTENTS = {
    "nothing": "",
    "no mapping": "- a\n- b\n",
    "no YAML": "kind: [\n",
    "binary": "\x00\x01\x02",
    "an empty mapping": "{{}}\n",
    "no metadata": "apiVersion: apps/v1\nkind: {kind}\n",
    "metadata without a value": "apiVersion: apps/v1\nkind: {kind}\nmetadata:\nspec: {{}}\n",
    "another name": NAMED.replace("{{name: {name}", "{{name: other"),
    "another namespace": NAMED.replace("{namespace}", "default"),
    "annotations without a value": NAMED.replace("}}}", "}, annotations: }}"),
    "annotations as a list": NAMED.replace("}}}", "}, annotations: [a], labels: 1}}"),
    "a spec that is a list": NAMED + "spec: [1]\n",
    "a spec without anything": NAMED + "spec: {{}}\n",
    "a number without end": NAMED + "spec: {{replicas: .nan}}\n",
    "a date and a number as a key": NAMED + "spec: {{replicas: 2020-01-01, 1: 2}}\n",
    "two documents": NAMED + "---\n" + NAMED,
    "its marks and a spec of nonsense": MARKED + "spec: {{template: 1, rules: no, ports: }}\n",
    "its marks and containers of nonsense": MARKED + "spec: {{template: {{spec: {{containers: [1, {{env: [2]}}]}}}}}}\n",
}
"""What a file holds after the edit, with places for kind, name, namespace and id."""


@pytest.fixture
def settled(village: "Village", edit: Edit) -> "Village":
    """One environment with immutable keys, which look into what is live."""
    village.configure(village.config.read_text().replace("    - {name: production, branch: main, type: permanent}\n", ""))
    new = "gitops:\n  immutable_keys: [COLOR]\nmapping:"
    edit("frontend", "mapping:", new, branch="feature/login", file=".release/environment_variables.yaml")
    assert village.run("sync").code == 0
    return village


@pytest.mark.parametrize("content", CONTENTS)
def test_a_spoilt_file_is_put_back(settled: "Village", content: str) -> None:
    before = settled.manifests()
    for name in before:
        namespace, file = name.split("/")
        kind, _, rest = file.removesuffix(".yaml").partition("-")
        known = {"deployment": "Deployment", "statefulset": "StatefulSet", "service": "Service", "ingress": "Ingress"}
        if kind not in known:
            continue
        text = CONTENTS[content].format(kind=known[kind], name=rest, namespace=namespace, id=namespace.removeprefix("frontend-"))
        (settled.deployed / name).write_text(text)
    for command in (["plan"], ["status"], ["explain", "frontend/feature/login"], ["plan", "--output", "json"]):
        answer = settled.run(*command)
        assert answer.code in {0, 1}, f"{command}: {answer.err}"
    answer = settled.run("sync")
    assert answer.code == 0, answer.out + answer.err
    assert settled.manifests() == before
    assert settled.run("sync").out == "nothing to do in 1 environment\n"


def test_all_files_deleted_are_written_again(settled: "Village") -> None:
    before = settled.manifests()
    jobs = {name for name in before if "/job-" in name}
    for name in before:
        (settled.deployed / name).unlink()
    answer = settled.run("sync")
    assert answer.code == 0
    assert answer.out.count("deleted at the target, put back") == len(before) - len(jobs)
    assert set(before) - set(settled.manifests()) == jobs, "a job runs once"
    assert all(settled.manifests()[name] == text for name, text in before.items() if name not in jobs)
    assert settled.run("sync").out == "nothing to do in 1 environment\n"
