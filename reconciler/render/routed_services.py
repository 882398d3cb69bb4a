"""Which services a host can go to: those with a port that an ingress reaches."""

from dataclasses import dataclass

from reconciler.model.configuration import Unsupported
from reconciler.model.hosts import ingress_port
from reconciler.model.place import Place
from reconciler.model.workload import PortType, Service


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a host goes nowhere; empty where that is said elsewhere."""

    unsupported: tuple[Unsupported, ...] = ()


def routed_port(service: Service | None, host: str, *, place: Place) -> int | Refusal:
    """The port of the service that answers for the host, or why there is none.

    A service that is not there is excluded, or the reader of the template has said so (R343): real templates name services of
    charts among their hostnames. It has also spoken of one without a `node_port` (R626).
    """
    if service is None or service.static:
        return Refusal()
    port = ingress_port(service)
    if port is not None:
        return port
    if any(port.type is PortType.NODE for port in service.ports):
        said = f"{host} goes to the load balancer of service {service.name}; its DNS entry is not made"
        return Refusal((Unsupported("hostnames", place, said),))
    return Refusal()
