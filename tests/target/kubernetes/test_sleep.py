"""Sleep on a real server: nothing runs, edits are undone, and waking gives back the very numbers."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

FIXED = "  has_repo: true\n  depends_on: [db]\n"
RULED = FIXED + "  autoscale: {min_replicas: 1, max_replicas: 10}\n"


def scale(town: "Town", count: int) -> None:
    """As the autoscaler does, through the scale subresource."""
    path = f"{town.path('Deployment', 'api')}/scale"
    town.admin.merge(path, {"spec": {"replicas": count}}, manager="kube-controller-manager")


def numbers(town: "Town") -> dict[str, Any]:
    """The replicas of every workload."""
    objects = town.objects().items()
    return {name: found["spec"]["replicas"] for name, found in objects if name.startswith(("Deployment/", "StatefulSet/"))}


def wanted(town: "Town") -> dict[str, Any]:
    """What people see of the objects: their specs, labels and annotations; the server's own bookkeeping left out."""
    left_out = {"deployment.kubernetes.io/revision"}
    return {
        name: (
            found.get("spec"),
            found["metadata"].get("labels"),
            {key: text for key, text in (found["metadata"].get("annotations") or {}).items() if key not in left_out},
        )
        for name, found in town.objects().items()
        if name.split("/")[0] in {"Deployment", "StatefulSet", "CronJob", "Service", "HorizontalPodAutoscaler"}
    }


def test_asleep_nothing_has_replicas_and_edits_are_put_back(sleepy: "Town") -> None:
    sleepy.sync()
    sleepy.settled()
    before = wanted(sleepy)
    sleepy.say("pause")
    assert set(numbers(sleepy).values()) == {0}
    sleepy.admin.merge(sleepy.path("Deployment", "web"), {"spec": {"replicas": 4}}, manager="kubectl-edit")
    sleepy.sync()
    assert set(numbers(sleepy).values()) == {0}
    sleepy.cluster.audit.forget()
    sleepy.sync()
    assert sleepy.writes() == []
    sleepy.say("resume")
    assert wanted(sleepy) == before


def test_sleep_waits_for_a_job_that_runs_but_not_for_ever(sleepy: "Town") -> None:
    sleepy.sync()
    answer = sleepy.say("pause", code=4)
    assert "sleep waits for Job " in answer.out
    assert 0 not in numbers(sleepy).values()
    config = sleepy.village.config
    config.write_text(config.read_text() + "windows: {pause_after: 1s}\n")
    sleepy.until(lambda: sleepy.village.run("sync").code == 0)
    assert set(numbers(sleepy).values()) == {0}


def test_an_autoscalers_number_comes_back_without_a_dip(sleepy: "Town") -> None:
    sleepy.edit(sleepy.template().replace(FIXED, RULED))
    sleepy.sync()
    sleepy.settled()
    scale(sleepy, 7)
    sleepy.sync()
    before = wanted(sleepy)
    for _ in range(2):
        sleepy.say("pause")
        found = sleepy.get("Deployment", "api")
        assert (found["spec"]["replicas"], found["metadata"]["annotations"]["reconciler/awake-replicas"]) == (0, "7")
        sleepy.sync()
        assert sleepy.get("Deployment", "api")["spec"]["replicas"] == 0
        sleepy.say("resume")
        assert sleepy.get("Deployment", "api")["spec"]["replicas"] == 7
        assert wanted(sleepy) == before
    sleepy.cluster.audit.forget()
    sleepy.sync()
    assert sleepy.writes() == []
    scale(sleepy, 3)
    sleepy.sync()
    assert sleepy.get("Deployment", "api")["spec"]["replicas"] == 3
