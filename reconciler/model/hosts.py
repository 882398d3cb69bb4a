"""The hosts that a configuration asks for, and what is said where two ask for the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.configuration import Configuration
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import PortType, Service


@dataclass(frozen=True, slots=True)
class Wish:
    """A host with one path for a service, before anything of it is checked. `from_rules` tells rules from hostnames."""

    host: str
    path: str
    service: str
    place: Place
    from_rules: bool


def wishes(configuration: Configuration) -> Iterator[Wish]:
    """Hostnames and rules as written, hosts in lower case; rules replace the hostnames of their hosts."""
    ruled = {host.lower() for rule in configuration.rules for host in rule.hosts}
    for name in configuration.hostnames:
        if name.host.lower() not in ruled:
            yield Wish(name.host.lower(), "/", name.service, name.place, from_rules=False)
    for rule in configuration.rules:
        for host in rule.hosts:
            yield Wish(host.lower(), rule.path, rule.service, rule.at("hostnames"), from_rules=True)


def ingress_port(service: Service) -> int | None:
    """The cluster's number of the first `node_port` that is no load balancer's own; `None` where no ingress reaches it."""
    ports = (port.port for port in service.ports if port.type is PortType.NODE and not port.loadbalancer)
    return None if service.static else next(ports, None)


def one_for_two(what: str, first: tuple[str, Place], *, second: tuple[str, Place]) -> Problem:
    """R621: a host, or a host with a path, that goes to two services or two members."""
    return Problem(
        Severity.ERROR,
        "R621",
        second[1],
        f"{what} goes to {second[0]}, and to {first[0]} as well",
        "give one of the two another host or path",
        related=(first[1],),
    )
