"""The control plane is what tests take it for: things become ready, rights are kept, every request is counted."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.controlplane.audit import Audit
from tests.controlplane.fixtures import Cluster


def _pod(image: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "it"}}, "spec": {"containers": [{"name": "main", "image": image}], **spec}}


def _deployment(image: str) -> dict[str, Any]:
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "it"}}, "template": _pod(image)}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "api"}, "spec": spec}


def _job(name: str, image: str) -> dict[str, Any]:
    spec = {"backoffLimit": 0, "template": _pod(image, restartPolicy="Never")}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}


def _until(ready: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if ready():
            return True
        time.sleep(0.05)
    return False


def _conditions(cluster: Cluster, job: str) -> set[str]:
    status = cluster.admin.get(job)["status"]
    return {condition["type"] for condition in status.get("conditions", ())}


def test_a_deployment_becomes_ready(cluster: Cluster) -> None:
    path = f"/apis/apps/v1/namespaces/{cluster.namespace()}/deployments"
    cluster.admin.create(path, _deployment("api:1"))
    assert _until(lambda: bool(cluster.admin.get(f"{path}/api")["status"].get("readyReplicas") == 2))


def test_a_job_completes_and_one_whose_image_fails_fails(cluster: Cluster) -> None:
    path = f"/apis/batch/v1/namespaces/{cluster.namespace()}/jobs"
    cluster.admin.create(path, _job("good", "job:1"))
    cluster.admin.create(path, _job("bad", "job:fails"))
    assert _until(lambda: "Complete" in _conditions(cluster, f"{path}/good"))
    assert _until(lambda: "Failed" in _conditions(cluster, f"{path}/bad"))


def test_the_reconciler_reads_secrets_only_where_it_was_given_the_right(cluster: Cluster) -> None:
    namespace = cluster.namespace()
    secrets = f"/api/v1/namespaces/{namespace}/secrets"
    reconciler = cluster.client("reconciler")
    assert reconciler.ask("GET", secrets).status == 403
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "reconciler-secrets"}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "reconciler"}
    binding = {"metadata": {"name": "reconciler-secrets"}, "roleRef": role, "subjects": [subject]}
    reconciler.create(f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings", binding)
    assert _until(lambda: reconciler.ask("GET", secrets).status == 200)
    assert reconciler.ask("GET", "/api/v1/secrets").status == 403


@pytest.mark.parametrize("user", ["nobody", "other"])
def test_other_users_may_not_make_namespaces(cluster: Cluster, user: str) -> None:
    body = {"metadata": {"name": f"x-{cluster.word}"}}
    assert cluster.client(user).ask("POST", "/api/v1/namespaces", body).status == 403


def test_requests_are_counted_by_user_and_a_dry_run_is_no_write(cluster: Cluster) -> None:
    namespace = cluster.namespace()
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    audit = Audit(cluster.plane.audit)
    other = cluster.client("other")
    other.ask("POST", f"{path}?dryRun=All", {"metadata": {"name": "a"}})
    other.create(path, {"metadata": {"name": "a"}})
    other.get(f"{path}/a")
    cluster.admin.get(path)
    mine = [request for request in audit.asked("other") if namespace in request.uri]
    assert [(request.verb, request.code) for request in mine] == [("create", 201), ("create", 201), ("get", 200)]
    assert [request.uri for request in audit.writes("other") if namespace in request.uri] == [path]
