"""Secrets are written and never shown; what the server refuses is told in a sentence while everything else goes on."""

import base64
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

VALUE = "correct-horse-battery"
SECRET = """\
defaults:
- key: POSTGRES_HOST
  value: db
- key: TOKEN
  value: $secrets.rsm.backend/token
  secret: true
"""


def _with_secret(town: "Town", value: str = VALUE) -> None:
    path = town.secrets / "backend" / "token"
    path.parent.mkdir(exist_ok=True)
    path.write_text(value)
    town.village.repository("backend").commit({".release/environment_variables.yaml": SECRET})


def _secret(town: "Town") -> Any:
    (found,) = (item for item in town.admin.get(town.path("Secret"))["items"] if item["metadata"]["name"].startswith("api"))
    return found


def _held(town: "Town") -> str:
    (encoded,) = _secret(town)["data"].values()
    return base64.b64decode(encoded).decode()


def test_a_secret_is_written_where_the_right_was_taken_and_shown_nowhere(town: "Town") -> None:
    _with_secret(town)
    answer = town.sync()
    assert _held(town) == VALUE
    town.cluster.audit.forget()
    again = town.sync()
    assert town.writes() == []
    encoded = base64.b64encode(VALUE.encode()).decode()
    told = answer.out + answer.err + again.out + town.village.run("history").out + str(town.plan())
    assert VALUE not in told
    assert encoded not in told
    record = str(town.get("ConfigMap", "reconciler-record"))
    assert VALUE not in record
    assert encoded not in record


def test_a_secrets_value_edited_by_hand_is_put_back(town: "Town") -> None:
    _with_secret(town)
    town.sync()
    name = _secret(town)["metadata"]["name"]
    key = next(iter(town.get("Secret", name)["data"]))
    town.admin.merge(town.path("Secret", name), {"data": {key: base64.b64encode(b"mine").decode()}})
    plan = town.plan()
    (change,) = [change for change in plan["changes"] if change["operation"] != "keep"]
    assert (change["kind"], "kubectl-edit" in change["reason"]) == ("Secret", True)
    assert "bWluZQ" not in str(plan)
    town.sync()
    assert _held(town) == VALUE


def test_a_missing_right_is_told_and_nothing_is_deleted(town: "Town") -> None:
    town.sync()
    before = set(town.objects())
    town.configure(kubeconfig=town.cluster.kubeconfig(user="nobody"))
    text = town.village.config.read_text().replace("context: reconciler", "context: nobody")
    town.village.configure(text)
    answer = town.sync(code=1)
    assert "may not list configmaps" in answer.out + answer.err
    assert set(town.objects()) == before


def test_a_refused_object_is_named_and_the_others_go_on(town: "Town") -> None:
    town.configure(more='namespaces: {quota: {count/services: "0"}}')
    answer = town.sync(code=1)
    told = answer.out + answer.err
    assert "Service" in told
    assert "quota" in told
    assert any(name.startswith(("StatefulSet/", "ConfigMap/", "PersistentVolumeClaim/")) for name in town.objects())
    town.configure()
    town.sync()
    assert any(name.startswith("Service/") for name in town.objects())


def test_namespaces_are_as_the_config_wants_them(town: "Town") -> None:
    more = "namespaces: {pod_security: baseline, quota: {pods: 20}, connections_from: [ingress-nginx]}"
    town.configure(more=more)
    town.sync()
    space = town.admin.get(f"/api/v1/namespaces/{town.namespace}")
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"
    assert town.get("ResourceQuota", "reconciler")["spec"]["hard"] == {"pods": "20"}
    peers = town.get("NetworkPolicy", "reconciler")["spec"]["ingress"][0]["from"]
    assert len(peers) == 2
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []


def test_a_birth_says_that_the_server_was_not_asked(town: "Town") -> None:
    assert "R921" in {problem["code"] for problem in town.plan()["problems"]}
    town.cluster.audit.forget()
    town.plan()
    assert town.writes() == []


def test_kubectl_sees_no_difference(town: "Town", tmp_path: Path) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("there is no kubectl on this machine")
    town.sync()
    town.settled()
    folder = tmp_path / "rendered"
    text = town.village.config.read_text()
    start, end = text.index("  dev:\n"), text.index("secrets:\n")
    files = f"  dev: {{directory: {folder}, write_secrets: true}}\n"
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.yaml").write_text(
        (text[:start] + files + text[end:]).replace("repositories/", f"{town.village.root}/repositories/")
    )
    assert town.village.call("sync", "--config", str(other / "config.yaml")).code == 0
    manifests = [str(path) for path in folder.rglob("*.yaml")]
    command = [kubectl, "--kubeconfig", str(town.cluster.kubeconfig()), "--context", "admin", "diff", "--server-side"]
    files_given = [word for path in manifests for word in ("-f", path)]
    done = subprocess.run([*command, "--field-manager=reconciler", *files_given], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
