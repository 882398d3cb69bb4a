"""Kubernetes Services: a stable name for a service's pods, and a load balancer where a port asks for one."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from reconciler.model.objects import Desired
from reconciler.model.workload import Port, Service
from reconciler.render.labels import pod_labels
from reconciler.render.names import label_of, owned_name
from reconciler.render.ports import load_balanced, service_ports
from reconciler.render.rendering import Made, Rendering, desired

_PROTOCOL: Final = "service.beta.kubernetes.io/aws-load-balancer-backend-protocol"
"""Read by the load balancer controllers of Amazon's clusters."""


def service_objects(rendering: Rendering, service: Service) -> Iterator[Desired]:
    """The service's own Service, headless where it governs a StatefulSet, none for a Deployment without ports.

    A Service is open to the world with all of its ports or with none. So only a service whose every port asks for a load
    balancer becomes one; otherwise the ports that ask get a second Service, and the others stay in the cluster.
    """
    opened = load_balanced(service)
    whole = bool(opened) and len(opened) == len(service.ports) and not service.stateful
    if whole:
        yield _balancer(rendering, service, name=label_of(service.name))
        return
    if service.ports or service.stateful:
        yield _inside(rendering, service)
    if opened:
        yield _balancer(rendering, service, name=owned_name(rendering.application, f"{service.name}-loadbalancer"))


def _inside(rendering: Rendering, service: Service) -> Desired:
    form = {"clusterIP": "None"} if service.stateful else {"type": "ClusterIP"}
    ports = {"ports": service_ports(service.ports)} if service.ports else {}
    return _service(rendering, service, name=label_of(service.name), spec={**form, **ports})


def _balancer(rendering: Rendering, service: Service, *, name: str) -> Desired:
    opened = load_balanced(service)
    spec = {"type": "LoadBalancer", "ports": service_ports(opened)}
    return _service(rendering, service, name=name, spec=spec, annotations=_annotations(opened))


def _annotations(ports: Sequence[Port]) -> dict[str, str]:
    protocol = next((port.backend_protocol for port in ports if port.backend_protocol), None)
    return {_PROTOCOL: protocol} if protocol else {}


def _service(
    rendering: Rendering, service: Service, *, name: str, spec: dict[str, Any], annotations: dict[str, str] | None = None
) -> Desired:
    selector = pod_labels(rendering.environment, component="service", name=service.name)
    return desired(
        Made(
            kind="Service",
            name=name,
            why=f"ports of service {service.name}",
            place=service.at("ports"),
            body={"spec": {**spec, "selector": selector}},
            annotations=annotations or {},
        ),
        rendering,
    )
