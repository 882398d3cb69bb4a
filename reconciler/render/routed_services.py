"""Which services a host can go to: those with a port that an ingress reaches."""

from dataclasses import dataclass

from reconciler.model.configuration import Unsupported
from reconciler.model.hosts import ingress_port
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import PortType, Service


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a host goes nowhere; empty where that is said elsewhere."""

    problems: tuple[Problem, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()


def routed_port(service: Service | None, host: str, *, place: Place) -> int | Refusal:
    """The port of the service that answers for the host, or why there is none.

    A service that is not there is excluded, or the reader of the template has said so (R343): real templates name services of
    charts among their hostnames.
    """
    if service is None or service.static:
        return Refusal()
    port = ingress_port(service)
    if port is not None:
        return port
    if any(port.type is PortType.NODE for port in service.ports):
        said = f"{host} goes to the load balancer of service {service.name}; its DNS entry is not made"
        return Refusal(unsupported=(Unsupported("hostnames", place, said),))
    message = f"host {host} goes nowhere: service {service.name} has no node_port"
    return Refusal((Problem(Severity.WARNING, "R626", place, message, "give the service a port of type node_port"),))
