"""What it means that a variable named by a mapping is missing: an error, or a member that is rightly not there."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.names import variable_prefix
from reconciler.model.problem import Problem, Severity
from reconciler.model.variables import MappingEntry
from reconciler.model.workload import Container, Service
from reconciler.render.ingress_variables import prefix_of
from reconciler.render.rendering import Rendering

_DATASET: Final = "_RDS_DB_POOL_"


def absence(name: str, entry: MappingEntry, *, rendering: Rendering) -> Problem | None:
    """The problem of a mapping whose variable is missing.

    A warning where its giver is aborted, unreadable, excluded or not imported, and where Release makes it and we do not;
    nothing where another container of the member has the variable, because a mapping is written for all of them; an error
    otherwise.
    """
    if name in _names_of(rendering):
        return None
    gone = _not_made(name) or _giver_gone(name, rendering)
    if gone is not None:
        message = f"mapping {entry.key} stays unset: {name} is missing, because {gone}"
        return Problem(Severity.WARNING, "R603", entry.place, message, f"write ${{{name}:-value}} for when it is missing")
    message = f"mapping {entry.key} needs {name}, which {rendering.application} does not have"
    return Problem(Severity.ERROR, "R602", entry.place, message, _hint(name, rendering))


def _not_made(name: str) -> str | None:
    """Release's list of its own variables is not known whole, and datasets are not rendered; a template with them is right."""
    return "it is one of Release's own that is not made here" if name.startswith("RELEASE_") or _DATASET in name else None


def _names_of(rendering: Rendering) -> frozenset[str]:
    """All variables that people wrote for some container of the member."""
    variables = rendering.resolved.variables[rendering.application]
    entries = [*variables.defaults, *(entry for section in variables.services.values() for entry in section)]
    envs = (env.key for container in _containers(rendering) for env in container.envs)
    return frozenset((*(entry.key for entry in entries), *envs))


def _containers(rendering: Rendering) -> Iterator[Container]:
    for owner in rendering.owners:
        yield owner
        if isinstance(owner, Service):
            yield from owner.init


def _giver_gone(name: str, rendering: Rendering) -> str | None:
    """Why the service that would give an INGRESS variable is not in the group; `None` for any other variable.

    The services of an application that is not read are not known, so each of them may be the giver.
    """
    prefix = prefix_of(name)
    if prefix is None or _service(prefix, rendering) is not None:
        return None
    members = rendering.resolved.plan.members
    for member in members:
        excluded = next((service for service in member.excluded if variable_prefix(service) == prefix), None)
        if excluded is not None:
            return f"service {excluded} of {member.application} is excluded"
    unread = [member for member in members if member.application not in rendering.resolved.configurations]
    if unread:
        state = "aborted" if unread[0].aborted is not None else "not readable"
        return f"{unread[0].application} is {state}"
    outside = sorted(set(rendering.setting.applications) - {member.application for member in members})
    return f"no imported application gives it, and {', '.join(outside)} could but stays out" if outside else None


def _service(prefix: str, rendering: Rendering) -> str | None:
    services = (service for one in rendering.resolved.configurations.values() for service in one.services)
    return next((service.name for service in services if variable_prefix(service.name) == prefix), None)


def _hint(name: str, rendering: Rendering) -> str:
    prefix = prefix_of(name)
    service = _service(prefix, rendering) if prefix else None
    if service is not None:
        return f"give service {service} a port of type node_port and a hostname, or write ${{{name}:-value}}"
    return f"correct the name, set {name} among the variables, or write ${{{name}:-value}}"
