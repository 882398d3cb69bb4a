"""Which host goes to which service: hostnames and rules of a group, as far as they are safe (design 9.5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.model.configuration import Configuration, Unsupported
from reconciler.model.ids import AppName
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.rendered import Resolved
from reconciler.render.host_safety import Guard
from reconciler.render.routed_services import Refusal, routed_port
from reconciler.render.setting import Setting


@dataclass(frozen=True, slots=True)
class RoutedPath:
    """A path of a host: everything below it goes to the service's `port`, the number that its Kubernetes Service has."""

    path: str
    service: str
    port: int
    place: Place


@dataclass(frozen=True, slots=True)
class Route:
    """One host of one member with its paths, the longest first. `from_rules` tells rules from hostnames."""

    member: AppName
    host: str
    paths: tuple[RoutedPath, ...]
    place: Place
    from_rules: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """All routes of a group, in deploy order and then as written; a host with a problem has none."""

    routes: tuple[Route, ...] = ()
    problems: tuple[Problem, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host once, sorted."""
        return tuple(sorted({route.host for route in self.routes}))


def routing(resolved: Resolved, setting: Setting) -> Routing:
    """The routes of every member that is read, each host given to one member only."""
    guard = Guard.of(resolved.plan.environment, setting.applications)
    found = [
        _member_routing(member.application, configuration, guard=guard)
        for member in resolved.plan.members
        if (configuration := resolved.configurations.get(member.application)) is not None
    ]
    single, twice = _one_member_each([route for part in found for route in part.routes])
    problems = [*(problem for part in found for problem in part.problems), *twice]
    return Routing(single, in_order(problems), tuple(said for part in found for said in part.unsupported))


@dataclass(frozen=True, slots=True)
class _Wish:
    """A host with one path, before anything of it is checked."""

    host: str
    path: str
    service: str
    place: Place
    from_rules: bool


def _member_routing(member: AppName, configuration: Configuration, *, guard: Guard) -> Routing:
    routes: dict[str, Route] = {}
    problems: list[Problem] = []
    unsupported: list[Unsupported] = []
    for wish in _wishes(configuration):
        port = routed_port(configuration.service(wish.service), wish.host, place=wish.place)
        if isinstance(port, Refusal):
            problems += port.problems
            unsupported += port.unsupported
            continue
        found = (*guard.check_host(wish.host, wish.place), *guard.check_path(wish.path, wish.place))
        if found:
            problems += found
            continue
        problems += _add(routes, wish, member=member, port=port)
    ordered = tuple(replace(route, paths=_longest_first(route.paths)) for route in routes.values())
    return Routing(ordered, tuple(problems), tuple(unsupported))


def _wishes(configuration: Configuration) -> Iterator[_Wish]:
    """Rules and hostnames as written; rules replace the hostnames of their hosts."""
    ruled = {host.lower() for rule in configuration.rules for host in rule.hosts}
    for name in configuration.hostnames:
        if name.host.lower() not in ruled:
            yield _Wish(name.host.lower(), "/", name.service, name.place, from_rules=False)
    for rule in configuration.rules:
        for host in rule.hosts:
            yield _Wish(host.lower(), rule.path, rule.service, rule.at("hostnames"), from_rules=True)


def _add(routes: dict[str, Route], wish: _Wish, *, member: AppName, port: int) -> tuple[Problem, ...]:
    """Adds the wish to its host's route; a problem where another service has the path already."""
    path = RoutedPath(wish.path, wish.service, port, wish.place)
    route = routes.setdefault(wish.host, Route(member, wish.host, (), wish.place, wish.from_rules))
    other = next((known for known in route.paths if known.path == wish.path), None)
    if other is None:
        routes[wish.host] = replace(route, paths=(*route.paths, path))
    elif other.service != wish.service:
        return (_twice(f"{wish.host}{wish.path}", (other.service, other.place), second=(wish.service, wish.place)),)
    return ()


def _longest_first(paths: Sequence[RoutedPath]) -> tuple[RoutedPath, ...]:
    return tuple(sorted(paths, key=lambda path: (-len(path.path), path.path)))


def _one_member_each(routes: Sequence[Route]) -> tuple[tuple[Route, ...], tuple[Problem, ...]]:
    first: dict[str, Route] = {}
    problems = []
    for route in routes:
        other = first.setdefault(route.host, route)
        if other is not route:
            problems.append(_twice(route.host, (other.member, other.place), second=(route.member, route.place)))
    return tuple(first.values()), tuple(problems)


def _twice(what: str, first: tuple[str, Place], *, second: tuple[str, Place]) -> Problem:
    return Problem(
        Severity.ERROR,
        "R621",
        second[1],
        f"{what} goes to {second[0]}, and to {first[0]} as well",
        "give one of the two another host or path",
        related=(first[1],),
    )
