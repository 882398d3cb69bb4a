"""What runs a service: a Deployment, or a StatefulSet where it is stateful, and its autoscaler."""

from collections.abc import Iterator
from typing import Any

from reconciler.model.objects import Desired
from reconciler.model.workload import Service
from reconciler.render.autoscale import autoscaler_spec
from reconciler.render.configmaps import files_digest
from reconciler.render.labels import pod_labels
from reconciler.render.names import label_of
from reconciler.render.pods import service_pod
from reconciler.render.rendering import Made, Rendering, desired
from reconciler.render.secrets import secret_digest
from reconciler.render.service_objects import service_objects
from reconciler.render.volumes import claim_templates, holds_one_node


def service_task_objects(rendering: Rendering, service: Service) -> tuple[Desired, ...]:
    """The objects that start a service: Service, workload and autoscaler; none for a static one, which is not rendered."""
    if service.static:
        return ()
    return (*service_objects(rendering, service), _workload(rendering, service), *_autoscaler(rendering, service))


def _workload(rendering: Rendering, service: Service) -> Desired:
    spec = _stateful_spec(rendering, service) if service.stateful else _deployment_spec(rendering, service)
    return desired(
        Made(
            kind=_kind(service),
            name=label_of(service.name),
            why=f"service {service.name}",
            place=service.place,
            body={"spec": {**_replicas(service), **spec, **_template(rendering, service)}},
        ),
        rendering,
    )


def _kind(service: Service) -> str:
    return "StatefulSet" if service.stateful else "Deployment"


def _replicas(service: Service) -> dict[str, int]:
    """Never for a service that an autoscaler rules, always for a fixed one (design 7.8)."""
    return {} if service.autoscale else {"replicas": service.replicas}


def _deployment_spec(rendering: Rendering, service: Service) -> dict[str, Any]:
    # A new pod cannot attach a volume that the old one still holds on another node.
    return {"strategy": {"type": "Recreate" if holds_one_node(rendering, service) else "RollingUpdate"}}


def _stateful_spec(rendering: Rendering, service: Service) -> dict[str, Any]:
    templates = claim_templates(rendering, service)
    return {"serviceName": label_of(service.name), **({"volumeClaimTemplates": templates} if templates else {})}


def _template(rendering: Rendering, service: Service) -> dict[str, Any]:
    labels = pod_labels(rendering.environment, component="service", name=service.name)
    annotations = {**files_digest(rendering, service), **secret_digest(rendering, service)}
    metadata = {"labels": labels, **({"annotations": annotations} if annotations else {})}
    return {
        "selector": {"matchLabels": dict(labels)},
        "template": {"metadata": metadata, "spec": service_pod(rendering, service)},
    }


def _autoscaler(rendering: Rendering, service: Service) -> Iterator[Desired]:
    if service.autoscale is not None:
        yield desired(
            Made(
                kind="HorizontalPodAutoscaler",
                name=label_of(service.name),
                why=f"autoscale of service {service.name}",
                place=service.autoscale.place,
                body={"spec": autoscaler_spec(service, service.autoscale, workload=_kind(service))},
            ),
            rendering,
        )
