"""Records in a cluster: swapped, migrated, apart for each installation; and what is being deleted holds."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.model.errors import Fenced, InTheWay
from reconciler.model.ids import RunNumber
from reconciler.model.record import OpenRun
from tests.controlplane.fixtures import Cluster
from tests.controlplane.proxy import Proxy, forged

if TYPE_CHECKING:
    from tests.target.conftest import Play
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _record(cluster: Cluster, namespace: str) -> Any:
    return cluster.admin.get(f"/api/v1/namespaces/{namespace}/configmaps/reconciler-record")


def test_all_records_are_read_in_one_request(kubernetes_play: "Play", cluster: Cluster) -> None:
    both = kubernetes_play.target()
    environments = [kubernetes_play.environment(name) for name in ("one", "two", "three")]
    for environment in environments:
        both.writer.save(kubernetes_play.record(environment), None)
    cluster.audit.forget()
    assert len(both.reader.records().environments) == 3
    asked = [request for request in cluster.audit.asked("reconciler") if cluster.word in request.uri]
    assert [request.verb for request in asked] == ["list"]


def test_an_older_record_is_migrated(kubernetes_play: "Play", cluster: Cluster) -> None:
    both, environment = kubernetes_play.target(), kubernetes_play.environment()
    both.writer.save(kubernetes_play.record(environment), None)
    found = _record(cluster, environment.namespace)
    old = json.loads(found["data"]["record.json"])
    old["version"] = 0
    old["record"]["objects"] = ["Service/x/api"]
    path = f"/api/v1/namespaces/{environment.namespace}/configmaps/reconciler-record"
    cluster.admin.merge(path, {"data": {"record.json": json.dumps(old)}})
    (kept,) = both.reader.records().environments.values()
    assert [str(key) for key in kept.record.objects] == ["Service api"]


def test_a_record_that_cannot_be_read_harms_no_other(kubernetes_play: "Play", cluster: Cluster) -> None:
    both = kubernetes_play.target()
    good, bad = kubernetes_play.environment("good"), kubernetes_play.environment("bad")
    for environment in (good, bad):
        both.writer.save(kubernetes_play.record(environment), None)
    path = f"/api/v1/namespaces/{bad.namespace}/configmaps/reconciler-record"
    cluster.admin.merge(path, {"data": {"record.json": "{"}})
    records = both.reader.records()
    assert list(records.environments) == [good.id]
    assert [unreadable.namespace for unreadable in records.unreadable] == [bad.namespace]


def test_a_person_who_edits_a_record_fences_us_off(kubernetes_play: "Play", cluster: Cluster) -> None:
    both, environment = kubernetes_play.target(), kubernetes_play.environment()
    revision = both.writer.save(kubernetes_play.record(environment), None)
    path = f"/api/v1/namespaces/{environment.namespace}/configmaps/reconciler-record"
    cluster.admin.merge(path, {"metadata": {"annotations": {"note": "mine"}}})
    with pytest.raises(Fenced):
        both.writer.save(kubernetes_play.record(environment), revision)


def test_two_installations_have_a_key_each(kubernetes_play: "Play") -> None:
    mine, theirs = kubernetes_play.target(), kubernetes_play.target(kubernetes_play.other)
    assert mine.writer.make_key() != theirs.writer.make_key()
    assert mine.reader.key() != theirs.reader.key()


def test_what_is_made_in_between_by_a_stranger_is_given_back(
    kubernetes: Callable[..., Any], kubernetes_play: "Play", *, build: SimpleNamespace, cluster: Cluster, proxy: Proxy
) -> None:
    environment = kubernetes_play.environment()
    kubernetes_play.open_namespace(environment)
    path = f"/api/v1/namespaces/{environment.namespace}/configmaps"
    cluster.admin.create(path, {"metadata": {"name": "api"}, "data": {"theirs": "1"}})
    absent = '{"kind":"Status","status":"Failure","reason":"NotFound","code":404}'
    proxy.reset({1: forged("404 Not Found", absent)})
    both = kubernetes(server=proxy.url)
    with pytest.raises(InTheWay, match="made by somebody else while we made it"):
        both.writer.put(build.put(kubernetes_play.manifest(environment, ours="2")))
    found = cluster.admin.get(f"{path}/api")
    assert found["data"] == {"theirs": "1"}
    assert "annotations" not in found["metadata"]


def test_in_a_namespace_made_by_this_very_run_nothing_is_looked_for_and_a_stranger_is_met_all_the_same(
    kubernetes_play: "Play", *, build: SimpleNamespace, cluster: Cluster
) -> None:
    both, environment = kubernetes_play.target(), kubernetes_play.environment()
    running = replace(kubernetes_play.record(environment), open_run=OpenRun(RunNumber(1), "digest", wave=0, began=MORNING))
    path = f"/api/v1/namespaces/{environment.namespace}/configmaps"
    revision = both.writer.save(running, None)
    cluster.admin.create(path, {"metadata": {"name": "api"}, "data": {"theirs": "1"}})
    change = build.put(kubernetes_play.manifest(environment, ours="2"))
    cluster.audit.forget()
    with pytest.raises(InTheWay, match="made by somebody else while we made it"):
        both.writer.put(change)
    assert [asked.verb for asked in cluster.audit.asked("reconciler") if cluster.word in asked.uri] == ["patch", "patch"]
    assert cluster.admin.get(f"{path}/api")["data"] == {"theirs": "1"}
    both.writer.save(replace(running, open_run=None), revision)
    cluster.audit.forget()
    with pytest.raises(InTheWay, match="is in the way"):
        both.writer.put(change)
    assert [asked.verb for asked in cluster.audit.asked("reconciler") if cluster.word in asked.uri] == ["get"]


def test_a_namespace_that_is_being_deleted_holds(town: "Town") -> None:
    town.sync()
    held = {"metadata": {"name": "stays", "finalizers": ["example.com/never"]}}
    town.admin.create(town.path("ConfigMap"), held)
    space = f"/api/v1/namespaces/{town.namespace}"
    town.admin.delete(space)
    town.until(lambda: town.admin.get(space)["status"]["phase"] == "Terminating")
    try:
        town.cluster.audit.forget()
        assert "is being deleted and not gone yet" in town.sync(code=4).out
        assert town.writes() == []
    finally:
        town.admin.merge(town.path("ConfigMap", "stays"), {"metadata": {"finalizers": None}})


def test_an_environment_that_is_torn_down_leaves_nothing(town: "Town") -> None:
    town.sync()
    space = f"/api/v1/namespaces/{town.namespace}"
    answer = town.village.run("teardown", town.environment, "--yes", "--reason", "no more needed")
    assert answer.code == 0, answer.out + answer.err
    town.until(lambda: town.admin.ask("GET", space).status == 404)


def test_a_namespace_with_a_strangers_things_is_not_deleted(town: "Town") -> None:
    town.sync()
    town.admin.create(town.path("ConfigMap"), {"metadata": {"name": "theirs"}})
    answer = town.village.run("teardown", town.environment, "--yes", "--reason", "no more needed")
    assert answer.code == 1
    assert "ConfigMap theirs" in answer.out + answer.err
    assert town.get("ConfigMap", "theirs")["metadata"]["name"] == "theirs"
