"""The demo's applications in a cluster: born, kept, put back, and left alone."""

from typing import TYPE_CHECKING

import pytest

from reconciler.target.kubernetes.managers import MANAGER

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow


def _versions(town: "Town") -> dict[str, str]:
    return {name: item["metadata"]["resourceVersion"] for name, item in town.objects().items()}


def test_the_demo_becomes_ready_and_its_job_completes(town: "Town") -> None:
    town.sync()
    objects = town.settled()
    kinds = {name.partition("/")[0] for name in objects}
    assert {"Deployment", "StatefulSet", "Service", "Ingress", "Job", "ConfigMap"} <= kinds


def test_the_second_pass_writes_nothing(town: "Town") -> None:
    town.sync()
    town.settled()
    before = _versions(town)
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
    assert _versions(town) == before


def test_a_hand_edit_is_put_back_with_its_author_named(town: "Town") -> None:
    town.sync()
    containers = [
        {"name": "api", "env": [{"name": "ADDED", "value": "by hand"}, {"name": "POSTGRES_HOST", "value": "elsewhere"}]}
    ]
    edit = {"metadata": {"annotations": {"note": "mine"}}, "spec": {"template": {"spec": {"containers": containers}}}}
    path = f"{town.path('Deployment', 'api')}?fieldManager=kubectl-edit"
    town.admin.ask("PATCH", path, edit, content_type="application/strategic-merge-patch+json")
    (change,) = [change for change in town.plan()["changes"] if change["operation"] != "keep"]
    assert (change["kind"], change["name"]) == ("Deployment", "api")
    assert "edited by kubectl-edit, put back" in change["reason"]
    town.sync()
    found = town.get("Deployment", "api")
    env = {entry["name"]: entry.get("value") for entry in found["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert env["POSTGRES_HOST"] == "db"
    assert "ADDED" not in env
    assert "note" not in found["metadata"]["annotations"]
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []


def test_the_restart_of_a_rollout_is_no_edit(town: "Town") -> None:
    town.sync()
    stamp = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-01-01"}}}}}
    town.admin.merge(town.path("Deployment", "api"), stamp, manager="kubectl-rollout")
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
    assert town.get("Deployment", "api")["spec"]["template"]["metadata"]["annotations"]


def test_a_number_scaled_by_hand_is_put_back(town: "Town") -> None:
    town.sync()
    town.admin.merge(f"{town.path('Deployment', 'api')}/scale", {"spec": {"replicas": 5}}, manager="kubectl")
    town.sync()
    assert town.get("Deployment", "api")["spec"]["replicas"] == 1


def test_another_managers_field_is_a_conflict_that_names_both(town: "Town") -> None:
    town.sync()
    town.admin.merge(town.path("Deployment", "api"), {"spec": {"replicas": 4}}, manager="scaler")
    before = town.get("Deployment", "api")["spec"]
    plan = town.plan()
    (problem,) = [problem for problem in plan["problems"] if problem["code"] == "R920"]
    assert "scaler" in problem["message"]
    assert ".spec.replicas" in problem["message"]
    answer = town.sync(code=1)
    assert "scaler" in answer.out + answer.err
    assert town.get("Deployment", "api")["spec"] == before


def test_another_managers_own_field_is_left_alone(town: "Town") -> None:
    town.sync()
    town.admin.merge(town.path("Service", "api"), {"metadata": {"annotations": {"example.com/seen": "yes"}}}, manager="watcher")
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
    assert town.get("Service", "api")["metadata"]["annotations"]["example.com/seen"] == "yes"


def test_what_was_deleted_by_hand_is_made_again(town: "Town") -> None:
    town.sync()
    town.admin.delete(town.path("Service", "api"))
    assert "deleted at the target, put back" in str(town.plan()["changes"])
    town.sync()
    assert town.get("Service", "api")["metadata"]["name"] == "api"


def test_a_strangers_object_is_in_the_way_and_taken_over_on_a_persons_word(town: "Town") -> None:
    town.sync()
    town.admin.delete(town.path("Service", "api"))
    theirs = {"metadata": {"name": "api"}, "spec": {"ports": [{"port": 9999}], "selector": {"app": "theirs"}}}
    town.admin.create(town.path("Service"), theirs)
    assert "R901" in town.sync(code=1).out
    found = town.get("Service", "api")
    assert found["spec"]["selector"] == {"app": "theirs"}
    assert all(entry["manager"] != MANAGER for entry in found["metadata"]["managedFields"])
    assert "taken over" in town.sync(town.environment, "--take-over").out
    assert town.get("Service", "api")["spec"]["selector"] != {"app": "theirs"}
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []


def test_a_copy_that_was_posted_is_not_ours(town: "Town") -> None:
    town.sync()
    original = town.get("Service", "api")
    copy = {"metadata": {key: original["metadata"][key] for key in ("name", "labels", "annotations")}}
    town.admin.delete(town.path("Service", "api"))
    town.admin.create(town.path("Service"), {**copy, "spec": {"ports": [{"port": 80}]}})
    assert "restored backup" in town.sync(code=1).out


def test_losing_the_store_changes_nothing(town: "Town") -> None:
    town.sync()
    town.settled()
    before = _versions(town)
    for path in town.village.root.glob("state.db*"):
        path.unlink()
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
    assert _versions(town) == before
