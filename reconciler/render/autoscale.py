"""HorizontalPodAutoscaler for `autoscale`; what it rules has no replicas of ours."""

from typing import Any

from reconciler.model.workload import Autoscale, Metric, Service


def autoscaler_spec(service: Service, autoscale: Autoscale, *, workload: str) -> dict[str, Any]:
    """The spec of an `autoscaling/v2` autoscaler over the service's workload, a Deployment or a StatefulSet."""
    spec: dict[str, Any] = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": workload, "name": service.name},
        "minReplicas": autoscale.min_replicas,
        "maxReplicas": autoscale.max_replicas,
    }
    if autoscale.metrics:
        spec["metrics"] = [_metric(metric) for metric in autoscale.metrics]
    return spec


def _metric(metric: Metric) -> dict[str, Any]:
    return {"type": "Resource", "resource": {"name": metric.resource, "target": _target(metric)}}


def _target(metric: Metric) -> dict[str, Any]:
    if metric.average_value is not None:
        return {"type": "AverageValue", "averageValue": str(metric.average_value)}
    return {"type": "Utilization", "averageUtilization": metric.average_utilization}
