"""The workflow that runs for a member: which jobs it runs, and its tasks in batches that start together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.model.configuration import Configuration, Workflow, WorkflowName
from reconciler.model.workload import Job, Service
from reconciler.render.dependence import in_dependence_order

SERVICES: Final = "services."
JOBS: Final = "jobs."
_ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Batch:
    """Tasks (`services.x`, `jobs.x`) that start together, and the services of other members that must stand before."""

    name: str
    tasks: tuple[str, ...]
    after: tuple[str, ...] = ()


def service_task(service: Service) -> str:
    """The task of a service."""
    return f"{SERVICES}{service.name}"


def job_task(job: Job) -> str:
    """The task of a job."""
    return f"{JOBS}{job.name}"


def jobs_to_run(configuration: Configuration, workflow: WorkflowName) -> tuple[Job, ...]:
    """The jobs that the workflow runs: those it names, and without a definition all of them at setup (Release, 9.2)."""
    if workflow not in {WorkflowName.SETUP, WorkflowName.PATCH}:
        return ()
    definition = configuration.workflow(workflow)
    if definition is None:
        return configuration.jobs if workflow is WorkflowName.SETUP else ()
    named = set(_named(definition))
    everything = f"{JOBS}{_ALL}" in named
    return tuple(job for job in configuration.jobs if everything or job_task(job) in named)


def batches(configuration: Configuration, workflow: WorkflowName) -> tuple[Batch, ...]:
    """The tasks in their order; services that no step names come last, because they are desired all the same.

    A patch without definition, and repair, follow setup's order. Without any, services and then jobs come one by one in the
    template's order, after what they depend on (design 7.12).
    """
    definition = ordering(configuration, workflow)
    if definition is None:
        return _one_by_one(configuration, workflow)
    found = [Batch(step.name, tuple(_expanded(step.tasks, configuration, definition=definition))) for step in definition.steps]
    placed = {task for batch in found for task in batch.tasks}
    rest = tuple(task for service in configuration.services if (task := service_task(service)) not in placed)
    return (*found, Batch("rest", rest))


def ordering(configuration: Configuration, workflow: WorkflowName) -> Workflow | None:
    """The definition whose steps give the order, `None` where services follow what they depend on."""
    own = configuration.workflow(workflow) if workflow is WorkflowName.PATCH else None
    return own or configuration.workflow(WorkflowName.SETUP)


def _named(definition: Workflow) -> Iterator[str]:
    for step in definition.steps:
        yield from step.tasks


def _expanded(tasks: tuple[str, ...], configuration: Configuration, *, definition: Workflow) -> Iterator[str]:
    named = set(_named(definition))
    for task in tasks:
        if task == f"{SERVICES}{_ALL}":
            yield from (other for service in configuration.services if (other := service_task(service)) not in named)
        elif task == f"{JOBS}{_ALL}":
            yield from (other for job in configuration.jobs if (other := job_task(job)) not in named)
        else:
            yield task


def _one_by_one(configuration: Configuration, workflow: WorkflowName) -> tuple[Batch, ...]:
    own = {service.name for service in configuration.services}
    services = tuple(
        Batch(service.name, (service_task(service),), tuple(name for name in service.depends_on if name not in own))
        for service in in_dependence_order(configuration.services)
    )
    jobs = tuple(Batch(job.name, (job_task(job),)) for job in jobs_to_run(configuration, workflow))
    return (*services, *jobs)
