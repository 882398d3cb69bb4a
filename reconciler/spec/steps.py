"""The order in which things start: steps that cannot be as they are written, what no step names, and who is waited for."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.configuration import Configuration, Workflow, WorkflowName
from reconciler.model.place import Place
from reconciler.model.workload import Service
from reconciler.spec.findings import Findings

_REMOVAL: Final = "release.remove_environment"
_MISSPELT: Final = frozenset({"R335", "R344"})


def check_steps(configuration: Configuration, findings: Findings) -> None:
    """Adds what can be said of each workflow's steps together."""
    for workflow in configuration.workflows:
        _removal(workflow, findings)
        if workflow.name is WorkflowName.SETUP and not findings.fatal:
            _too_early(workflow, configuration.services, findings=findings)


def _tasks(workflow: Workflow) -> Iterator[tuple[str, int, Place]]:
    """Every task with the number of its step and its place."""
    for number, step in enumerate(workflow.steps):
        for task in step.tasks:
            yield task, number, step.at(task)


def _removal(workflow: Workflow, findings: Findings) -> None:
    """R338 where the environment is removed by a workflow that sets it up, or before the last step of a teardown."""
    tasks = list(_tasks(workflow))
    last = len(workflow.steps) - 1
    for task, number, place in tasks:
        if task != _REMOVAL:
            continue
        if workflow.name is not WorkflowName.TEARDOWN:
            message = f"{_REMOVAL} stands in {workflow.name}, and only a teardown removes an environment"
            findings.warning("R338", place, message=message, hint="move it to the workflow `teardown`")
        elif number < last:
            message = f"steps follow {_REMOVAL}, when nothing is left that could carry them out"
            findings.warning("R338", place, message=message, hint="make it the last step")


def _too_early(workflow: Workflow, services: tuple[Service, ...], *, findings: Findings) -> None:
    """R338 where setup starts a service in a step before that of a service it depends on; a patch finds both running."""
    starts = {task.removeprefix("services."): (number, place) for task, number, place in reversed(list(_tasks(workflow)))}
    for service in services:
        for name in service.depends_on:
            if service.name in starts and name in starts and starts[service.name][0] < starts[name][0]:
                findings.warning(
                    "R338",
                    starts[service.name][1],
                    message=f"{workflow.name} starts service {service.name!r} before {name!r}, which it depends on",
                    hint=f"move services.{name} to an earlier step",
                    related=(service.at(f"depends_on[{name}]"), starts[name][1]),
                )


def check_left_out(configuration: Configuration, findings: Findings) -> None:
    """R339 for what setup forgets: services start last, jobs do not run unless another workflow names them.

    Nothing is said where a task or a workflow is misspelt: what it would name is not known.
    """
    setup = configuration.workflow(WorkflowName.SETUP)
    if setup is None or _MISSPELT & {problem.code for problem in findings.problems}:
        return
    named = {task for workflow in configuration.workflows for task, _, _ in _tasks(workflow)}
    in_setup = {task for task, _, _ in _tasks(setup)}
    for service in configuration.services:
        if not service.static and not {f"services.{service.name}", "services.all"} & in_setup:
            message = f"service {service.name!r} is in no step of setup, and starts after all of them"
            findings.note(
                "R339", service.at("name"), message=message, hint=f"name services.{service.name} or services.all in a step"
            )
    for job in configuration.jobs:
        if not {f"jobs.{job.name}", "jobs.all"} & named:
            message = f"job {job.name!r} is in no step of a workflow, and never runs"
            findings.note("R339", job.at("name"), message=message, hint=f"name jobs.{job.name} in a step")


def check_readiness(services: Sequence[Service], findings: Findings) -> None:
    """R347 for each service that others wait for without a way to know when it is ready."""
    waiting = {name: service for service in reversed(services) for name in service.depends_on}
    for service in services:
        first = waiting.get(service.name)
        if first is not None and service.readiness_probe is None and not service.static:
            findings.note(
                "R347",
                service.at("name"),
                message=f"service {first.name!r} waits for {service.name!r}, which has no readiness_probe",
                hint="without one it counts as ready as soon as it runs",
                related=(first.at(f"depends_on[{service.name}]"),),
            )
