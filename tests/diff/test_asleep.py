"""The asleep form: nothing runs, nothing is lost, and what an autoscaler rules remembers its number."""

from typing import Any

import pytest

from reconciler.diff.asleep import asleep, in_reverse
from reconciler.model.ids import AppName, Namespace
from reconciler.model.objects import AWAKE_REPLICAS, Desired, Live, LiveObjects, ObjectKey
from reconciler.model.reason import Reason
from reconciler.model.rendered import Wave

SPACE = Namespace("shop-t1")
NOTHING = LiveObjects({})


def desired(kind: str, name: str = "api", **spec: Any) -> Desired:
    """An object we want."""
    manifest = {"kind": kind, "metadata": {"name": name, "annotations": {"reconciler/member": "shop"}}, "spec": spec}
    return Desired(ObjectKey(kind, SPACE, name), manifest, AppName("shop"), Reason("a test"))


def live(one: Desired, *, replicas: int, remembered: str | None = None) -> LiveObjects:
    """The same object at the target with that many replicas."""
    annotations = {AWAKE_REPLICAS: remembered} if remembered else {}
    manifest = {**one.manifest, "metadata": {"name": one.key.name, "annotations": annotations}, "spec": {"replicas": replicas}}
    return LiveObjects({one.key: Live(one.key, manifest, owned=True)})


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_workloads_have_no_replicas(kind: str) -> None:
    one = desired(kind, replicas=3, serviceName="api")
    (found,) = asleep([one], NOTHING)
    assert found.manifest["spec"] == {"replicas": 0, "serviceName": "api"}
    assert found.manifest["metadata"] == one.manifest["metadata"]
    assert one.manifest["spec"]["replicas"] == 3


def test_cron_jobs_are_suspended() -> None:
    (found,) = asleep([desired("CronJob", schedule="0 0 * * *")], NOTHING)
    assert found.manifest["spec"] == {"schedule": "0 0 * * *", "suspend": True}


@pytest.mark.parametrize(
    "kind", ["Service", "Secret", "Ingress", "PersistentVolumeClaim", "HorizontalPodAutoscaler", "ConfigMap"]
)
def test_everything_else_stays_as_it_is(kind: str) -> None:
    one = desired(kind, scaleTargetRef={"kind": "Deployment", "name": "api"})
    assert asleep([one], NOTHING) == (one,)


def test_the_number_of_an_autoscaler_is_remembered_and_stays() -> None:
    ruler = desired("HorizontalPodAutoscaler", scaleTargetRef={"kind": "Deployment", "name": "api"}, minReplicas=2)
    one = desired("Deployment")
    for state, number in (
        (NOTHING, "2"),
        (live(one, replicas=5), "5"),
        (live(one, replicas=0, remembered="5"), "5"),
        (live(one, replicas=3, remembered="5"), "5"),
        (live(one, replicas=3, remembered="many"), "3"),
        (live(one, replicas=0), "2"),
    ):
        _, found = asleep([ruler, one], state)
        assert found.manifest["spec"] == {"replicas": 0}
        assert found.manifest["metadata"]["annotations"] == {"reconciler/member": "shop", AWAKE_REPLICAS: number}


def test_members_fall_asleep_the_other_way_round() -> None:
    names = [("namespace", None), ("supports", "db"), ("db", "db"), ("supports", "shop"), ("web", "shop")]
    waves = [Wave(name, AppName(member) if member else None, ()) for name, member in names]
    assert [(wave.name, wave.member) for wave in in_reverse(waves)] == [names[0], *names[3:], *names[1:3]]
