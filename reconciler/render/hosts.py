"""Which host goes to which service: hostnames and rules of a group, as far as they are safe (design 9.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reconciler.model.configuration import Configuration, Unsupported
from reconciler.model.hosts import Wish, one_for_two, wishes
from reconciler.model.ids import AppName
from reconciler.model.place import Place
from reconciler.model.problem import Problem, in_order
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
    """The routes of every member that is read, each host given to the first member that asks for it."""
    guard = Guard.of(resolved.plan.environment, setting.applications)
    owners: dict[str, tuple[AppName, Place]] = {}
    found = [
        _member_routing(member.application, configuration, guard=guard, owners=owners)
        for member in resolved.plan.members
        if (configuration := resolved.configurations.get(member.application)) is not None
    ]
    routes = tuple(route for part in found for route in part.routes)
    problems = [problem for part in found for problem in part.problems]
    return Routing(routes, in_order(problems), tuple(said for part in found for said in part.unsupported))


def _member_routing(
    member: AppName, configuration: Configuration, *, guard: Guard, owners: dict[str, tuple[AppName, Place]]
) -> Routing:
    routes: dict[str, Route] = {}
    problems: list[Problem] = []
    unsupported: list[Unsupported] = []
    taken: dict[str, Problem] = {}
    for wish in wishes(configuration):
        port = routed_port(configuration.service(wish.service), wish.host, place=wish.place)
        if isinstance(port, Refusal):
            unsupported += port.unsupported
            continue
        problems += (found := tuple(guard.check_host(wish.host, wish.place)))
        owner = owners.setdefault(wish.host, (member, wish.place))
        if owner[0] != member:
            taken.setdefault(wish.host, one_for_two(wish.host, owner, second=(member, wish.place)))
        elif not found:
            _add(routes, wish, member=member, port=port)
    ordered = tuple(replace(route, paths=_longest_first(route.paths)) for route in routes.values())
    return Routing(ordered, (*problems, *taken.values()), tuple(unsupported))


def _add(routes: dict[str, Route], wish: Wish, *, member: AppName, port: int) -> None:
    """Adds the wish to its host's route. That no path goes to two services was seen when the template was read (R621)."""
    route = routes.setdefault(wish.host, Route(member, wish.host, (), wish.place, wish.from_rules))
    if all(known.path != wish.path for known in route.paths):
        path = RoutedPath(wish.path, wish.service, port, wish.place)
        routes[wish.host] = replace(route, paths=(*route.paths, path))


def _longest_first(paths: Sequence[RoutedPath]) -> tuple[RoutedPath, ...]:
    return tuple(sorted(paths, key=lambda path: (-len(path.path), path.path)))
