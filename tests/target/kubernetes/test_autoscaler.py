"""Sleep under the real autoscaler of the controller manager: its number comes back, and nothing lies between it and 0."""

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.controlplane.metrics import Load, feeding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

FIXED: Final = "  has_repo: true\n  depends_on: [db]\n"
RULED: Final = FIXED + "  autoscale: {min_replicas: 1, max_replicas: 10}\n"
WORK: Final = 520
"""Millicores: at 80 % of the 100 that a pod asks for they are work for six and a half pods."""
PODS: Final = 7


@pytest.fixture
def busy(sleepy: "Town") -> "Iterator[Town]":
    """A town whose `api` the autoscaler has given as many pods as its work needs."""
    sleepy.edit(sleepy.template().replace(FIXED, RULED))
    sleepy.sync()
    sleepy.settled()
    with feeding(sleepy.cluster.plane, Load(sleepy.namespace, millicores=WORK)):
        sleepy.until(lambda: replicas(sleepy) == PODS, what=lambda: str(conditions(sleepy)))
        sleepy.settled()
        sleepy.sync()
        yield sleepy


def replicas(town: "Town") -> Any:
    """How many pods `api` is to have."""
    return town.get("Deployment", "api")["spec"]["replicas"]


def numbers(town: "Town", *, since: str) -> list[Any]:
    """Every number of pods that `api` was to have since then, in turn."""
    found = town.admin.changes(f"{town.path('Deployment')}?fieldSelector=metadata.name=api", since=since)
    return [number for number, _ in groupby(one["spec"]["replicas"] for one in found)]


def version(town: "Town") -> str:
    """The resourceVersion of `api`."""
    return str(town.get("Deployment", "api")["metadata"]["resourceVersion"])


def conditions(town: "Town") -> dict[str, tuple[str, str]]:
    """What the autoscaler says of itself: status and reason of each condition."""
    found = town.get("HorizontalPodAutoscaler", "api").get("status", {}).get("conditions", ())
    return {one["type"]: (one["status"], one["reason"]) for one in found}


def is_scaling(town: "Town") -> bool:
    """Whether the autoscaler has looked at pods that are there, and rules them."""
    return conditions(town).get("ScalingActive") == ("True", "ValidMetricFound")


def rests(town: "Town") -> bool:
    """Whether the autoscaler has seen that nothing is to be scaled."""
    return conditions(town).get("ScalingActive") == ("False", "ScalingDisabled")


def test_the_autoscalers_number_comes_back_at_once(busy: "Town") -> None:
    assert is_scaling(busy)
    began = version(busy)
    busy.say("pause")
    busy.until(lambda: rests(busy), what=lambda: conditions(busy))
    assert replicas(busy) == 0
    busy.admin.merge(busy.path("Deployment", "api"), {"spec": {"replicas": 2}}, manager="kubectl-edit")
    busy.sync()
    assert replicas(busy) == 0
    busy.edit(busy.template().replace("target_port: '3000'", "target_port: '3001'"))
    busy.sync(code=4)
    assert replicas(busy) == 0
    assert "3001" in str(busy.get("Deployment", "api")["spec"]["template"])
    first, second, *_, last = numbers(busy, since=began)
    assert (first, second, last) == (0, 2, 0)
    busy.until(lambda: rests(busy), what=lambda: conditions(busy))
    asleep = version(busy)
    busy.say("resume")
    assert replicas(busy) == PODS
    busy.settled()
    busy.until(lambda: is_scaling(busy), what=lambda: conditions(busy))
    assert numbers(busy, since=asleep) == [PODS]
    busy.cluster.audit.forget()
    busy.sync()
    assert busy.writes() == []
