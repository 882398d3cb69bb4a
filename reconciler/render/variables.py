"""The variables of a container, later wins: RELEASE_* and INGRESS, `envs`, `defaults`, `services`, the rule's, `mapping`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.objects import Manifest
from reconciler.model.problem import Problem, Severity
from reconciler.model.reason import Reason
from reconciler.model.rendered import SecretNeed
from reconciler.model.secret import SecretValue
from reconciler.model.variables import Entry
from reconciler.model.workload import Container, CronJob, Job, Service
from reconciler.render.images import image_giver
from reconciler.render.mapping import Value, map_values
from reconciler.render.names import label_of, owned_name
from reconciler.render.needs import secret_need
from reconciler.render.release_variables import commit_variables, release_variables
from reconciler.render.rendering import Rendering

Owner = Service | Job
_EXPANDED: Final = re.compile(r"\$\$+|\$(?=\()")


@dataclass(frozen=True, slots=True)
class Values:
    """The variables of one container by name. A value of `None` is a secret that is not to be had; `problems` says why."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]


def values_of(rendering: Rendering, container: Container, *, owner: Owner) -> Values:
    """The container's variables; an init container has its service's, with its own `envs` on top of the service's."""
    values, problems = _written(rendering, container, owner=owner)
    entries = rendering.resolved.variables[rendering.application].mapping
    mapped = map_values(entries, commit_variables(rendering.member) | values, rendering=rendering)
    kept = {key: value for key, value in values.items() if key not in mapped.unset}
    return Values(kept | mapped.values, (*problems, *mapped.problems))


def env_of(rendering: Rendering, container: Container, *, owner: Owner) -> list[Manifest]:
    """`env` of a container, sorted by name: plain values as text, secret ones by their key in the owner's Secret."""
    values = values_of(rendering, container, owner=owner).values
    keys = secret_keys(rendering, container, owner=owner)
    return [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": secret_name(rendering, owner), "key": keys[name]}}}
        if not isinstance(value, str)
        else {"name": name, "value": escaped(value)}
        for name, value in sorted(values.items())
    ]


def secret_keys(rendering: Rendering, container: Container, *, owner: Owner) -> Mapping[str, str]:
    """For each secret variable its key in the owner's Secret; `{container}.{name}` where an init container's value differs."""
    values = _secrets(values_of(rendering, container, owner=owner))
    if isinstance(container, Service | Job):
        return {name: name for name in values}
    main = _secrets(values_of(rendering, owner, owner=owner))
    return {name: name if name in main and main[name] == value else f"{container.name}.{name}" for name, value in values.items()}


def secret_name(rendering: Rendering, owner: Owner) -> str:
    """The name of the one Secret of a service, job or cron job."""
    if isinstance(owner, Service):
        return label_of(owner.name)
    return owned_name(rendering.application, f"{'cron-job' if isinstance(owner, CronJob) else 'job'}-{owner.name}")


def escaped(value: str) -> str:
    """The value as Kubernetes must read it to give it to the container unchanged.

    It expands `$(NAME)` and makes one dollar of two (Kubernetes, expansion of `env`), so those dollars are doubled.
    """
    return _EXPANDED.sub(lambda match: match[0] * 2, value)


def check_values(rendering: Rendering) -> Iterator[Problem]:
    """Secrets without a value and mappings without their variables, of every container of the member."""
    for owner in rendering.owners:
        yield from values_of(rendering, owner, owner=owner).problems
        for container in init_of(owner):
            yield from values_of(rendering, container, owner=owner).problems


def init_of(owner: Owner) -> tuple[Container, ...]:
    """The init containers of a service; a job has none."""
    return owner.init if isinstance(owner, Service) else ()


def _secrets(values: Values) -> dict[str, Value]:
    return {name: value for name, value in values.values.items() if not isinstance(value, str)}


def _written(rendering: Rendering, container: Container, *, owner: Owner) -> tuple[dict[str, Value], list[Problem]]:
    """All but mappings."""
    values: dict[str, Value] = {**release_variables(rendering.environment, rendering.member), **rendering.ingress}
    if _moves_with_commit(rendering, container):
        values |= commit_variables(rendering.member)
    values |= dict(_envs(rendering, container, owner=owner))
    problems: dict[str, Problem | None] = {}
    for entry in _entries(rendering, owner):
        values[entry.key], problems[entry.key] = _looked_up(rendering, entry)
    values |= rendering.environment.rule.variables
    unused = rendering.environment.rule.variables.keys()
    return values, [problem for key, problem in problems.items() if problem is not None and key not in unused]


def _moves_with_commit(rendering: Rendering, container: Container) -> bool:
    """Where the image is built from the commit, and in jobs, which run for a commit; a cron job goes on as it is."""
    if isinstance(container, Job) and not isinstance(container, CronJob):
        return True
    return image_giver(rendering, container).built


def _envs(rendering: Rendering, container: Container, *, owner: Owner) -> Iterator[tuple[str, str]]:
    service = _inherited(rendering, owner)
    containers = (service, owner, *([] if isinstance(container, Service | Job) else [container]))
    for one in containers:
        if one is not None:
            yield from ((env.key, env.value) for env in one.envs)


def _inherited(rendering: Rendering, owner: Owner) -> Service | None:
    name = owner.from_services if isinstance(owner, Job) else None
    return rendering.configuration.service(name) if name else None


def _entries(rendering: Rendering, owner: Owner) -> Iterator[Entry]:
    """Defaults, then sections; the section of a name that service and job share is the service's."""
    variables = rendering.resolved.variables[rendering.application]
    yield from variables.defaults
    service = _inherited(rendering, owner)
    if service is not None:
        yield from variables.services.get(service.name, ())
    if isinstance(owner, Service) or rendering.configuration.service(owner.name) is None:
        yield from variables.services.get(owner.name, ())


def _looked_up(rendering: Rendering, entry: Entry) -> tuple[Value, Problem | None]:
    need = secret_need(rendering.application, entry)
    if need is None:
        return (SecretValue(entry.value or "") if entry.secret else entry.value or ""), None
    found = rendering.inputs.secrets.get(need, Reason("it was not looked up"))
    return (None, _no_value(need, found)) if isinstance(found, Reason) else (found, None)


def _no_value(need: SecretNeed, reason: Reason) -> Problem:
    store = f"store {need.reference.store}" if need.reference.store else "the secret stores"
    message = f"secret {need.key} has no value in {store} at {need.reference.path}: {reason.text}"
    hint = "put the value there, or let config.yaml grant it to this application and environment"
    return Problem(Severity.ERROR, "R601", need.place, message, hint)
