"""Names that must lead somewhere: what a configuration and its variables say of services, jobs, volumes and imports."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from reconciler.model.configuration import Configuration, Step
from reconciler.model.problem import Problem
from reconciler.model.variables import Variables
from reconciler.model.workload import Container, Service, VolumeType
from reconciler.spec.findings import Findings
from reconciler.spec.mappings import check_mappings
from reconciler.spec.routes import check_hosts
from reconciler.spec.steps import check_steps
from reconciler.spec.unique import refuse_twins

_TEARDOWN_TASK: Final = "release.remove_environment"
_NOT_RENDERED: Final = frozenset({"charts", "infrastructure", "builds", "manifests"})

Removed = frozenset[tuple[str, str]]
"""Section and name of what an entry removes."""


def check_references(configuration: Configuration, removed: Removed, *, findings: Findings) -> None:
    """Adds a problem for each name in a configuration that leads nowhere, and for each step that cannot be as written.

    Services of imported applications are not known here, so a service that no import can explain is a doubt, never an error.
    What the entry removed may still be named: the template speaks for every type of environment.
    """
    _depends_on(configuration, removed, findings=findings)
    _from_services(configuration, findings)
    _routes(configuration, removed, findings=findings)
    check_hosts(configuration, findings)
    _tasks(configuration, removed, findings=findings)
    check_steps(configuration, findings)
    _claims(configuration, findings)
    _imports(configuration, findings)


def check_variables(configuration: Configuration, variables: Variables) -> tuple[Problem, ...]:
    """A doubt for each service that the variables file names and the template does not have (R420), and for each variable
    that a mapping takes and nobody gives (R408)."""
    findings = Findings()
    known = _runnable(configuration)
    for name in variables.services:
        if name not in known:
            findings.warning(
                "R420",
                variables.at(f"services[{name}]"),
                message=f"variables are given to {name!r}, which the template does not have",
                hint=findings.did_you_mean(name, known),
            )
    check_mappings(configuration, variables, findings=findings)
    return findings.problems


def _runnable(configuration: Configuration) -> frozenset[str]:
    """The names of everything that gets variables."""
    things = (*configuration.services, *configuration.jobs, *configuration.cron_jobs)
    return frozenset(thing.name for thing in things)


def _services(configuration: Configuration) -> frozenset[str]:
    return frozenset(service.name for service in configuration.services)


def _depends_on(configuration: Configuration, removed: Removed, *, findings: Findings) -> None:
    known = _services(configuration)
    for service in configuration.services:
        for name in service.depends_on:
            if name not in known and ("services", name) not in removed and not configuration.imports:
                findings.warning(
                    "R340",
                    service.at(f"depends_on[{name}]"),
                    message=f"service {service.name!r} depends on {name!r}, which the template does not have and does not import",
                    hint=findings.did_you_mean(name, known - {service.name}),
                )
    _cycles(configuration.services, findings)


def _cycles(services: Sequence[Service], findings: Findings) -> None:
    """R341 for each ring of services that wait for each other."""
    waits = {service.name: service.depends_on for service in services}
    known = {service.name: service for service in services}
    done: set[str] = set()
    for start in waits:
        ring = _ring(start, waits, done=done)
        if ring:
            at = [known[name].at(f"depends_on[{after}]") for name, after in pairwise((*ring, ring[0]))]
            findings.error(
                "R341",
                at[0],
                message=f"services wait for each other: {' → '.join((*ring, ring[0]))}",
                hint="remove one of these depends_on",
                related=tuple(at[1:]),
            )


def _ring(start: str, waits: Mapping[str, Sequence[str]], *, done: set[str]) -> tuple[str, ...]:
    """The first ring that can be reached from a service, walking its dependencies in order; empty where there is none."""
    path: list[str] = []
    rests: list[Iterator[str]] = []

    def enter(name: str) -> None:
        path.append(name)
        rests.append(iter(waits[name]))

    if start not in done:
        enter(start)
    while path:
        step = next((name for name in rests[-1] if name in waits and name not in done), None)
        if step is None:
            rests.pop()
            done.add(path.pop())
        elif step in path:
            done.update(path)
            return tuple(path[path.index(step) :])
        else:
            enter(step)
    return ()


def _from_services(configuration: Configuration, findings: Findings) -> None:
    """R342 for a job whose service is not there: an error where the job has no image of its own and nothing is imported."""
    known = _services(configuration)
    for job in (*configuration.jobs, *configuration.cron_jobs):
        name = job.from_services
        if name is None or name in known:
            continue
        lost = job.image is None and not job.built and not configuration.imports
        say = findings.error if lost else findings.warning
        say(
            "R342",
            job.at("from_services"),
            message=f"job {job.name!r} takes its image from service {name!r}, which the template does not have",
            hint=findings.did_you_mean(name, known),
        )


def _routes(configuration: Configuration, removed: Removed, *, findings: Findings) -> None:
    known = _services(configuration)
    routes = [(hostname.service, hostname.at("service")) for hostname in configuration.hostnames]
    routes += [(rule.service, rule.at("service")) for rule in configuration.rules]
    for name, place in routes:
        if name not in known and ("services", name) not in removed:
            findings.warning(
                "R343",
                place,
                message=f"a host is given to {name!r}, which is not one of the services",
                hint=findings.did_you_mean(name, known),
            )


def _tasks(configuration: Configuration, removed: Removed, *, findings: Findings) -> None:
    known = {
        "services": _services(configuration),
        "jobs": frozenset(job.name for job in configuration.jobs),
        "cron_jobs": frozenset(job.name for job in configuration.cron_jobs),
    }
    for workflow in configuration.workflows:
        for step in workflow.steps:
            for task in step.tasks:
                kind, _, name = task.partition(".")
                if (kind, name) not in removed:
                    _task(task, step, known=known, findings=findings)


def _task(task: str, step: Step, *, known: Mapping[str, frozenset[str]], findings: Findings) -> None:
    kind, _, name = task.partition(".")
    if task == _TEARDOWN_TASK or kind in _NOT_RENDERED or (kind in known and (name == "all" or name in known[kind])):
        return
    names = [f"{word}.{one}" for word, ones in known.items() for one in ones]
    findings.warning(
        "R344",
        step.at(task),
        message=f"task {task!r} names nothing in the template and does not run",
        hint=findings.did_you_mean(task, [*names, "services.all", _TEARDOWN_TASK]),
    )


def _claims(configuration: Configuration, findings: Findings) -> None:
    known = {volume.name for volume in configuration.shared_volumes}
    containers: list[Container] = [*configuration.services, *configuration.jobs, *configuration.cron_jobs]
    containers += [container for service in configuration.services for container in service.init]
    for container in containers:
        for volume in container.volumes:
            if volume.type is VolumeType.CLAIM and volume.name and volume.name not in known:
                findings.error(
                    "R345",
                    volume.at("claim"),
                    message=f"{container.name!r} claims {volume.name!r}, which is not one of the shared_volumes",
                    hint=findings.did_you_mean(volume.name, known) or "declare it in shared_volumes",
                )


def _imports(configuration: Configuration, findings: Findings) -> None:
    imports = configuration.imports
    refuse_twins([(entry.name, entry.at("name")) for entry in imports], what="import", findings=findings)
    for entry in imports:
        if entry.name == configuration.application:
            findings.error("R346", entry.at("name"), message=f"{entry.name!r} imports itself", hint="remove the entry")
