"""What services depend on: an order that respects it, and circles that no order can respect."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import Service


def in_dependence_order(services: Sequence[Service]) -> tuple[Service, ...]:
    """Services of one template in its order, each after those of them that it depends on; circles are cut where they begin."""
    waiting = list(services)
    ordered: list[Service] = []
    while waiting:
        open_names = {service.name for service in waiting}
        ready = next((service for service in waiting if not open_names & (set(service.depends_on) - {service.name})), waiting[0])
        waiting.remove(ready)
        ordered.append(ready)
    return tuple(ordered)


def circles(services: Sequence[Service]) -> tuple[Problem, ...]:
    """One problem per circle of services that depend on each other, of whatever member they are."""
    known = {service.name: service for service in services}
    problems = []
    while remaining := _entangled(known):
        circle = _walk(remaining)
        places = [known[name].at("depends_on") for name in circle]
        problems.append(
            Problem(
                Severity.ERROR,
                "R690",
                places[0],
                f"services {' → '.join([*circle, circle[0]])} depend on each other in a circle",
                "take one of them out of depends_on, or define a setup workflow",
                related=tuple(places[1:]),
            )
        )
        known = {name: service for name, service in known.items() if name not in circle}
    return tuple(problems)


def _entangled(known: Mapping[str, Service]) -> Mapping[str, Service]:
    """Services that lie on a circle or lead into one."""
    remaining = dict(known)
    while free := [name for name, service in remaining.items() if not set(service.depends_on) & set(remaining)]:
        for name in free:
            del remaining[name]
    return remaining


def _walk(remaining: Mapping[str, Service]) -> list[str]:
    """The names of one circle, from its first in order."""
    path: list[str] = []
    name = next(iter(remaining))
    while name not in path:
        path.append(name)
        name = next(other for other in remaining[name].depends_on if other in remaining)
    return path[path.index(name) :]


def check_members(members: Sequence[Sequence[Service]]) -> Iterator[Problem]:
    """Services that depend on a member which comes later: members come in deploy order, whatever a service says."""
    names = [{service.name: service for service in services} for services in members]
    for index, services in enumerate(members):
        later = {name: service for others in names[index + 1 :] for name, service in others.items()}
        for service in services:
            for name in service.depends_on:
                if name in later:
                    yield _comes_later(service, later[name])


def _comes_later(service: Service, other: Service) -> Problem:
    return Problem(
        Severity.WARNING,
        "R691",
        service.at("depends_on"),
        f"service {service.name} depends on {other.name}, which belongs to a member that comes later",
        "it starts without it; import the other way round, or set parallelize_app_imports",
        related=(other.place,),
    )
