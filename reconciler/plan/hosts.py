"""Hosts belong to the first environment that claimed them (design 9.5)."""

from reconciler.model.environment import Environment
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.plan.sight import World


def taken_hosts(world: World, environment: Environment, *, hosts: tuple[str, ...]) -> tuple[Problem, ...]:
    """A problem for each host that another environment's record claims."""
    if not hosts:
        return ()
    place = world.installation.applications[environment.application].place
    wanted = set(hosts)
    return tuple(
        _taken(host, kept.record.namespace, place=place)
        for records in world.records.values()
        for kept in records.environments.values()
        if kept.record.environment != environment.id
        for host in kept.record.hosts
        if host in wanted
    )


def _taken(host: str, holder: str, *, place: Place) -> Problem:
    message = f"host {host} belongs to the environment in namespace {holder}, which claimed it first"
    return Problem(Severity.ERROR, "R910", place, message, "give one of the two another host name")
