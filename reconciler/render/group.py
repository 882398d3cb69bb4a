"""A group becomes objects in waves: its namespace, then its members in deploy order."""

from collections.abc import Iterator, Sequence

from reconciler.model.configuration import Unsupported
from reconciler.model.objects import Desired, ObjectKey
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.rendered import Inputs, Rendered, Resolved, Wave
from reconciler.render.dependence import check_members, circles
from reconciler.render.hosts import Route, Routing, routing
from reconciler.render.ingress_variables import ingress_variables, urls
from reconciler.render.lanes import lane, problems
from reconciler.render.namespace import furniture, namespace
from reconciler.render.order import Lane, one_after_another, side_by_side
from reconciler.render.rendering import Rendering
from reconciler.render.setting import Setting
from reconciler.render.workflow import ordering


def group(resolved: Resolved, inputs: Inputs, *, setting: Setting) -> Rendered:
    """All objects of the environment, each in exactly one wave.

    Members without configuration (aborted, unreadable) give nothing; what they had before is outside the comparison.
    """
    routed = routing(resolved, setting)
    renderings = tuple(_renderings(resolved, inputs, setting=setting, routes=routed.routes))
    lanes = [lane(rendering) for rendering in renderings]
    space = namespace(resolved.plan.environment, setting)
    own = (space, *furniture(resolved.plan.environment, setting))
    everything = (*own, *(desired for one in lanes for desired in _objects(one)))
    return Rendered(
        objects=tuple({desired.key: desired for desired in reversed(everything)}.values())[::-1],
        waves=(Wave("namespace", None, tuple(desired.key for desired in own)), *_waves(resolved, lanes)),
        urls=urls(routed.routes, setting.target.ingress.scheme),
        hosts=routed.hosts,
        unsupported=_unsupported(renderings, routed),
        problems=in_order([*_problems(resolved, renderings), *routed.problems, *_collisions(everything)]),
    )


def _renderings(resolved: Resolved, inputs: Inputs, *, setting: Setting, routes: tuple[Route, ...]) -> Iterator[Rendering]:
    ingress = ingress_variables(routes, setting.target.ingress.scheme)
    for member in resolved.plan.members:
        configuration = resolved.configurations.get(member.application)
        if configuration is not None:
            yield Rendering(member, configuration, resolved, inputs, setting, routes, ingress)


def _objects(one: Lane) -> Iterator[Desired]:
    yield from one.supports
    for objects in one.tasks.values():
        yield from objects
    yield from one.last


def _waves(resolved: Resolved, lanes: Sequence[Lane]) -> tuple[Wave, ...]:
    return side_by_side(lanes) if _together(resolved) else one_after_another(lanes)


def _together(resolved: Resolved) -> bool:
    """Whether the importer asks for its members to be deployed at the same time."""
    importer = resolved.configurations.get(resolved.plan.importer.application)
    return importer is not None and importer.parallelize_app_imports


def _unsupported(renderings: Sequence[Rendering], routed: Routing) -> tuple[Unsupported, ...]:
    found = [unsupported for rendering in renderings for unsupported in rendering.configuration.unsupported]
    return tuple(dict.fromkeys([*found, *routed.unsupported]))


def _problems(resolved: Resolved, renderings: Sequence[Rendering]) -> Iterator[Problem]:
    for rendering in renderings:
        yield from problems(rendering)
    unordered = [one.configuration.services for one in renderings if ordering(one.configuration, one.workflow) is None]
    rings = circles([service for services in unordered for service in services])
    yield from rings
    if not _together(resolved):
        told = {place for ring in rings for place in (ring.place, *ring.related)}
        yield from (problem for problem in check_members(unordered) if problem.place not in told)


def _collisions(everything: Sequence[Desired]) -> Iterator[Problem]:
    """Two declarations that make an object of one kind and name; both places are named."""
    seen: dict[ObjectKey, Desired] = {}
    for desired in everything:
        first = seen.setdefault(desired.key, desired)
        if first is not desired:
            yield _collision(first, desired)


def _collision(first: Desired, second: Desired) -> Problem:
    places = [place for place in (second.place, first.place) if place is not None]
    return Problem(
        Severity.ERROR,
        "R692",
        places[0],
        f"{second.key} is made twice: by {_who(first)} and by {_who(second)}",
        "rename one of them",
        related=tuple(places[1:]),
    )


def _who(desired: Desired) -> str:
    return f"{desired.reason.text} ({desired.member})" if desired.member else desired.reason.text
