"""What a real API server refuses becomes a sentence and a value; what it says about a Secret is never shown."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reconciler.kinds.table import kind_of
from reconciler.model.errors import Next, Refused, Unreachable
from reconciler.target.kubernetes.failures import Failure, Wrong
from reconciler.target.kubernetes.failures_in_words import Later, Rejected, error_of
from reconciler.target.kubernetes.requests import APPLY, Method, Request, path_of
from reconciler.target.kubernetes.transport import Transport
from tests.controlplane.client import MERGE
from tests.controlplane.fixtures import Cluster
from tests.controlplane.proxy import Proxy, forged


@pytest.fixture
def transport(cluster: Cluster) -> Iterator[Transport]:
    """A transport that may do everything."""
    with closing(Transport(cluster.target(user="admin"), connections=1)) as made:
        yield made


@pytest.fixture
def through(cluster: Cluster, proxy: Proxy) -> Iterator[Transport]:
    """The same through the proxy."""
    with closing(Transport(cluster.target(user="admin", server=proxy.url), connections=1)) as made:
        yield made


def manifest(kind: str, name: str, **rest: Any) -> dict[str, Any]:
    """An object with that much in it."""
    metadata = {"name": name, **rest.pop("metadata", {})}
    return {"apiVersion": kind_of(kind).api_version, "kind": kind, "metadata": metadata, **rest}


def applied(body: dict[str, Any], namespace: str, **query: str) -> Request:
    """A server-side apply of it."""
    name = body["metadata"]["name"]
    path = path_of(kind_of(body["kind"]), namespace=namespace, name=name)
    asked = (("fieldManager", "reconciler"), *query.items())
    secret = body["kind"] == "Secret"
    return Request(Method.PATCH, path, f"{body['kind']} {name}", asked, body, APPLY, secret=secret)


def refused(transport: Transport, request: Request) -> tuple[Failure, str]:
    """How the request was refused, as a value and in words."""
    try:
        transport.send(request)
    except (Rejected, Later) as error:
        return error.failure, str(error)
    pytest.fail(f"{request} went through")


def deployment(**spec: Any) -> dict[str, Any]:
    """A Deployment that the server takes, changed by what is given."""
    pod = {"metadata": {"labels": {"app": "api"}}, "spec": {"containers": [{"name": "api", "image": "api:1"}]}}
    return manifest("Deployment", "api", spec={"selector": {"matchLabels": {"app": "api"}}, "template": pod, **spec})


def test_a_body_that_cannot_be_is_malformed(cluster: Cluster, transport: Transport) -> None:
    body = manifest("ConfigMap", "colors", metadata={"managedFields": []})
    failure, words = refused(transport, applied(body, cluster.namespace()))
    assert (failure.wrong, failure.status) == (Wrong.MALFORMED, 400)
    assert words.startswith("ConfigMap colors was refused by cluster dev: metadata.managedFields must be nil")


def test_an_object_in_a_namespace_that_is_not_there_is_absent(cluster: Cluster, transport: Transport) -> None:
    failure, words = refused(transport, applied(manifest("ConfigMap", "colors"), f"nowhere-{cluster.word}"))
    assert failure.wrong is Wrong.ABSENT
    assert f'namespaces "nowhere-{cluster.word}" not found' in words
    assert "look whether somebody removed its namespace" in words


def test_a_field_of_another_manager_is_a_conflict_that_names_both(cluster: Cluster, transport: Transport) -> None:
    namespace = cluster.namespace()
    path = path_of(kind_of("Deployment"), namespace=namespace)
    cluster.admin.create(path, deployment(replicas=1))
    cluster.admin.merge(f"{path}/api", {"spec": {"replicas": 3}})
    failure, words = refused(transport, applied(deployment(replicas=2), namespace))
    assert failure.wrong is Wrong.CONFLICT
    assert [(fault.field, fault.manager) for fault in failure.faults] == [(".spec.replicas", "kubectl-edit")]
    assert ".spec.replicas is managed by kubectl-edit; let that manager give the field up, or name it under" in words


def test_creating_what_exists_and_changing_what_changed_are_told_apart(cluster: Cluster, transport: Transport) -> None:
    namespace = cluster.namespace()
    path = path_of(kind_of("ConfigMap"), namespace=namespace)
    post = Request(Method.POST, path, "ConfigMap colors", body=manifest("ConfigMap", "colors"))
    transport.send(post)
    assert refused(transport, post)[0].wrong is Wrong.EXISTS
    stale = manifest("ConfigMap", "colors", metadata={"resourceVersion": "1"})
    assert refused(transport, applied(stale, namespace))[0].wrong is Wrong.STALE
    unborn = manifest("ConfigMap", "unborn", metadata={"uid": "0b1e1c3e-0000-4000-8000-000000000000"})
    assert refused(transport, applied(unborn, namespace))[0].wrong is Wrong.STALE
    other = manifest("ConfigMap", "colors", metadata={"uid": "0b1e1c3e-0000-4000-8000-000000000000"})
    failure, _ = refused(transport, applied(other, namespace))
    assert (failure.wrong, {fault.field for fault in failure.faults}) == (Wrong.INVALID, {"metadata.uid"})


def test_a_body_that_is_too_large_is_said_to_be(cluster: Cluster, transport: Transport) -> None:
    body = manifest("ConfigMap", "colors", data={"sky": "x" * 4_000_000})
    failure, words = refused(transport, applied(body, cluster.namespace()))
    assert failure.wrong is Wrong.TOO_LARGE
    assert "make it smaller" in words


def test_an_invalid_object_is_told_field_by_field(cluster: Cluster, transport: Transport) -> None:
    namespace = cluster.namespace()
    transport.send(applied(deployment(), namespace))
    other = deployment(selector={"matchLabels": {"app": "other"}})
    failure, words = refused(transport, applied(other, namespace))
    assert failure.wrong is Wrong.INVALID
    assert "spec.selector" in [fault.field for fault in failure.faults]
    assert "spec.selector: Invalid value" in words


def test_a_field_that_does_not_exist_or_has_another_type_is_permanent_though_its_status_is_500(
    cluster: Cluster, transport: Transport
) -> None:
    failure, words = refused(transport, applied(deployment(replicas="many"), cluster.namespace()))
    assert (failure.wrong, failure.status) == (Wrong.NOT_TYPED, 500)
    assert words.startswith("Deployment api was refused by cluster dev: .spec.replicas: expected numeric")
    failure, _ = refused(transport, applied(deployment(replicas="many", minReadySeconds="few"), cluster.namespace("other")))
    assert {fault.field for fault in failure.faults} == {".spec.replicas", ".spec.minReadySeconds"}


def test_a_value_that_cannot_be_read_is_permanent_too(cluster: Cluster, transport: Transport) -> None:
    limits = {"limits": {"cpu": "a lot"}}
    pod = {"spec": {"containers": [{"name": "api", "image": "api:1", "resources": limits}]}}
    failure, words = refused(transport, applied(deployment(template=pod), cluster.namespace()))
    assert failure.wrong is Wrong.NOT_TYPED
    assert "quantities must match" in words


def test_a_namespace_that_is_being_deleted_takes_nothing_new_but_will_be_gone(cluster: Cluster, transport: Transport) -> None:
    namespace = cluster.namespace()
    path = path_of(kind_of("ConfigMap"), namespace=namespace)
    cluster.admin.create(path, manifest("ConfigMap", "kept", metadata={"finalizers": ["example.com/kept"]}))
    cluster.admin.delete(path_of(kind_of("Namespace"), name=namespace))
    failure, words = refused(transport, applied(manifest("ConfigMap", "colors"), namespace))
    cluster.admin.ask("PATCH", f"{path}/kept", {"metadata": {"finalizers": None}}, content_type=MERGE)
    assert (failure.wrong, failure.wrong.passes) == (Wrong.TERMINATING, True)
    assert words.startswith("ConfigMap colors waits for cluster dev:")


@pytest.mark.parametrize(
    "body",
    [
        manifest("Secret", "login", data={"password": {"text": "hunter2hunter2"}}),
        manifest("Secret", "login", data={"hunter2 hunter2": "aHVudGVyMg=="}),
        manifest("Secret", "login", data={"password": ["hunter2hunter2"], "hunter2 \n": 1}),
    ],
)
def test_what_the_server_says_of_a_secret_is_not_shown(cluster: Cluster, transport: Transport, body: dict[str, Any]) -> None:
    request = applied(body, cluster.namespace())
    failure, words = refused(transport, request)
    assert "hunter2" not in f"{words} {failure} {request}"
    assert words.startswith("Secret login was refused by cluster dev: ")
    loud, _ = refused(transport, replace(request, secret=False))
    assert "hunter2" in str(loud), "the server echoes the value, or this test shows nothing"


def test_the_fields_of_a_secret_are_named(cluster: Cluster, transport: Transport) -> None:
    namespace = cluster.namespace()
    _, words = refused(transport, applied(manifest("Secret", "login", data={"password": 12}), namespace))
    assert words.startswith("Secret login was refused by cluster dev: .data.password;")
    failure, words = refused(transport, applied(manifest("Secret", "login", data={"password": "no base 64"}), namespace))
    assert failure.wrong is Wrong.NOT_TYPED
    assert "its words are not shown" in words


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        ("429 Too Many Requests", Wrong.BUSY),
        ("503 Service Unavailable", Wrong.UNAVAILABLE),
        ("504 Gateway Timeout", Wrong.UNAVAILABLE),
        ("500 Internal Server Error", Wrong.UNAVAILABLE),
        ("410 Gone", Wrong.EXPIRED),
        ("302 Found", Wrong.UNEXPECTED),
        ("405 Method Not Allowed", Wrong.UNEXPECTED),
    ],
)
def test_an_answer_without_words_is_told_by_its_status(
    cluster: Cluster, through: Transport, *, proxy: Proxy, status: str, wrong: Wrong
) -> None:
    proxy.faults[1] = forged(status, "<html>somebody's page</html>", headers=("Retry-After: 7", "Location: https://127.0.0.1:1/"))
    failure, words = refused(through, applied(manifest("ConfigMap", "colors"), "default"))
    assert (failure.wrong, failure.retry_after) == (wrong, timedelta(seconds=7))
    assert f"{wrong}, HTTP {status[:3]}" in words
    assert "html" not in words
    assert "it asks to wait 7s" in words
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("wrong", Wrong)
def test_what_passes_by_itself_is_tried_again_and_the_rest_needs_a_person(wrong: Wrong) -> None:
    error = error_of(Request(Method.GET, "/x", "ConfigMap colors"), Failure(wrong, 500), cluster="cluster dev")
    assert isinstance(error, Unreachable if wrong.passes else Refused)
    assert error.next is (Next.RETRY if wrong.passes else Next.PERSON)
    assert error.hint
