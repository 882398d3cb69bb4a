"""Which services a host can go to: those with a port that an ingress reaches."""

from dataclasses import dataclass

from reconciler.model.configuration import Unsupported
from reconciler.model.importplan import Member
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.rendered import Resolved
from reconciler.model.workload import PortType, Service


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a host goes nowhere; empty where that is said elsewhere."""

    problems: tuple[Problem, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()


def ingress_port(service: Service) -> int | None:
    """The cluster's number of the first `node_port` that is no load balancer's own."""
    ports = (port.port for port in service.ports if port.type is PortType.NODE and not port.loadbalancer)
    return next(ports, None)


def routed_port(name: str, host: str, *, place: Place, member: Member, resolved: Resolved) -> int | Refusal:
    """The port of the member's service that answers for the host, or why there is none.

    Real templates name services of charts among their hostnames, so an unknown service is a doubt and no error.
    """
    service = resolved.configurations[member.application].service(name)
    if service is None:
        return _unknown(name, host, place=place, member=member, resolved=resolved)
    port = ingress_port(service)
    if port is not None:
        return port
    if service.static:
        return Refusal()
    if any(port.type is PortType.NODE for port in service.ports):
        said = f"{host} goes to the load balancer of service {name}; its DNS entry is not made"
        return Refusal(unsupported=(Unsupported("hostnames", place, said),))
    message = f"host {host} goes nowhere: service {name} has no node_port"
    return Refusal((Problem(Severity.WARNING, "R626", place, message, "give the service a port of type node_port"),))


def _unknown(name: str, host: str, *, place: Place, member: Member, resolved: Resolved) -> Refusal:
    elsewhere = any(configuration.service(name) for configuration in resolved.configurations.values())
    if name in member.excluded or elsewhere:
        return Refusal()
    message = f"host {host} goes nowhere: the template has no service {name}"
    hint = "correct the name; services of charts are not rendered yet"
    return Refusal((Problem(Severity.WARNING, "R627", place, message, hint),))
