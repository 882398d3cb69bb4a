"""Ten rounds of sleep and waking leave the objects of a cluster as if they had never slept."""

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

ROUNDS: Final = 10
FIXED: Final = "  has_repo: true\n  depends_on: [db]\n"
RULED: Final = FIXED + "  autoscale: {min_replicas: 2, max_replicas: 10}\n"
CRON_JOB: Final = """\
cron_jobs:
- {name: report, image: acme/report, command: [report], schedule: "0 3 1 1 *"}
"""
REVISION: Final = "deployment.kubernetes.io/revision"
RECORD: Final = "ConfigMap/reconciler-record"


@pytest.fixture
def furnished(sleepy: "Town") -> "Town":
    """A town with something of every kind that sleeps: fixed, stateful, ruled by an autoscaler, and scheduled."""
    sleepy.edit(sleepy.template().replace(FIXED, RULED) + CRON_JOB)
    sleepy.sync()
    sleepy.settled()
    path = f"{sleepy.path('Deployment', 'api')}/scale"
    sleepy.admin.merge(path, {"spec": {"replicas": 7}}, manager="kube-controller-manager")
    sleepy.settled()
    sleepy.sync()
    return sleepy


def pictures(town: "Town") -> dict[str, dict[str, Any]]:
    """What is not a controller's account of every object: what it asks for, how it is called, and which fields are ours."""
    return {name: picture(item) for name, item in town.objects().items() if name != RECORD}


def picture(item: Any) -> dict[str, Any]:
    """One object without its status; of the accounts of who manages what, ours without its time."""
    metadata = item["metadata"]
    ours = [entry for entry in metadata.get("managedFields", ()) if entry["manager"] == "reconciler"]
    return {
        **{name: part for name, part in item.items() if name not in {"metadata", "status"}},
        "uid": metadata["uid"],
        "labels": metadata.get("labels"),
        "annotations": {name: text for name, text in metadata.get("annotations", {}).items() if name != REVISION},
        "ours": [{name: part for name, part in entry.items() if name != "time"} for entry in ours],
    }


def numbers(town: "Town") -> dict[str, Any]:
    """What says of each workload and cron job whether it sleeps."""
    items = town.objects().items()
    running = {name: item["spec"]["replicas"] for name, item in items if name.startswith(("Deployment/", "StatefulSet/"))}
    return running | {name: item["spec"].get("suspend") for name, item in items if name.startswith("CronJob/")}


def test_ten_rounds_leave_objects_as_if_they_had_never_slept(furnished: "Town") -> None:
    before = pictures(furnished)
    awake = numbers(furnished)
    assert awake["Deployment/api"] == 7
    assert [entry["operation"] for entry in before["Deployment/api"]["ours"]] == ["Apply"]
    for _ in range(ROUNDS):
        furnished.say("pause")
        assert set(numbers(furnished).values()) == {0, True}
        furnished.say("resume")
        assert numbers(furnished) == awake
    assert pictures(furnished) == before
    furnished.cluster.audit.forget()
    furnished.sync()
    assert furnished.writes() == []
