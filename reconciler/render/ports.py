"""Ports of a service: what its container listens on, and what the cluster calls them."""

from collections.abc import Sequence
from typing import Any

from reconciler.model.workload import Port, Service


def container_ports(ports: Sequence[Port]) -> list[dict[str, Any]]:
    """The container's ports, each once."""
    numbers = dict.fromkeys(port.target_port for port in ports)
    return [{"containerPort": number, "protocol": "TCP"} for number in numbers]


def service_ports(ports: Sequence[Port]) -> list[dict[str, Any]]:
    """The ports of a Service, each cluster number once and called `p80`; a Service with several ports must name them."""
    by_number = {port.port: port for port in reversed(ports)}
    return [
        {"name": port_name(port), "port": port.port, "protocol": "TCP", "targetPort": port.target_port}
        for port in sorted(by_number.values(), key=lambda port: port.port)
    ]


def port_name(port: Port) -> str:
    """What a port is called: unique in its Service, and the same whatever the order in the template."""
    return f"p{port.port}"


def load_balanced(service: Service) -> tuple[Port, ...]:
    """The ports that a load balancer opens to the world."""
    return tuple(port for port in service.ports if port.loadbalancer)
