"""Numbers of pods: fixed ones are ours, those that an autoscaler rules are not, and no change between the two makes a dip."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

FIXED = "  has_repo: true\n  depends_on: [db]\n"
RULED = FIXED + "  autoscale: {min_replicas: 1, max_replicas: 10}\n"


def _autoscaled(town: "Town") -> str:
    return town.template().replace(FIXED, RULED)


def _replicas(town: "Town") -> Any:
    return town.get("Deployment", "api")["spec"]["replicas"]


def _scale(town: "Town", count: int) -> None:
    """As the autoscaler does, through the scale subresource."""
    path = f"{town.path('Deployment', 'api')}/scale"
    town.admin.merge(path, {"spec": {"replicas": count}}, manager="kube-controller-manager")


def test_an_autoscalers_number_is_left_alone(town: "Town") -> None:
    town.edit(_autoscaled(town))
    town.sync()
    _scale(town, 7)
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
    town.edit(town.template().replace("target_port: '3000'", "target_port: '3001'"))
    town.sync()
    assert _replicas(town) == 7


def test_a_fixed_number_becomes_the_autoscalers_without_a_dip(town: "Town") -> None:
    town.edit(town.template().replace(FIXED, FIXED + "  replicas: 5\n"))
    town.sync()
    assert _replicas(town) == 5
    town.edit(town.template().replace("  replicas: 5\n", "").replace(FIXED, RULED))
    changes = [change for change in town.plan()["changes"] if change["operation"] == "update"]
    assert "replicas" not in str(changes)
    town.sync()
    assert _replicas(town) == 5
    _scale(town, 6)
    town.sync()
    assert _replicas(town) == 6


def test_an_autoscaler_goes_before_the_number_is_fixed_again(town: "Town") -> None:
    fixed = town.template().replace(FIXED, FIXED + "  replicas: 3\n")
    town.edit(_autoscaled(town))
    town.sync()
    _scale(town, 8)
    town.edit(fixed)
    town.cluster.audit.forget()
    town.sync()
    asked = [line for line in town.writes() if "horizontalpodautoscalers" in line or "deployments/api" in line]
    assert [line.split()[0] for line in asked] == ["delete", "patch"]
    assert _replicas(town) == 3


def test_a_strangers_autoscaler_rules_too(town: "Town") -> None:
    town.sync()
    spec = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}, "maxReplicas": 9}
    town.admin.create(town.path("HorizontalPodAutoscaler"), {"metadata": {"name": "theirs"}, "spec": spec})
    town.sync()
    _scale(town, 4)
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
    assert _replicas(town) == 4


def test_a_rolling_update_becomes_a_recreation(town: "Town") -> None:
    town.sync()
    assert town.get("Deployment", "api")["spec"]["strategy"]["type"] == "RollingUpdate"
    volume = "  volumes:\n  - {type: persistent, name: cache, mount_path: /cache, size: 1Gi}\n"
    town.edit(town.template().replace(FIXED, FIXED + volume))
    town.sync()
    assert town.get("Deployment", "api")["spec"]["strategy"] == {"type": "Recreate"}
    town.cluster.audit.forget()
    town.sync()
    assert town.writes() == []
