"""Leave services out of a configuration, with all that hangs on them."""

from collections.abc import Iterable, Set
from dataclasses import replace

from reconciler.model.configuration import Configuration, Step, Workflow
from reconciler.model.workload import Job, Service


def leave_out(configuration: Configuration, names: Set[str], *, elsewhere: Set[str]) -> Configuration:
    """The configuration without the services of those names: without their hosts, rules, tasks, and jobs made from them.

    `elsewhere` are the services that the group has in the end: what depends on one of these goes on depending on it, whoever
    has it, and forgets the others.
    """
    if not names:
        return configuration
    jobs = tuple(job for job in configuration.jobs if job.from_services not in names)
    tasks = {f"services.{name}" for name in names} | _lost_tasks(configuration.jobs, names)
    return replace(
        configuration,
        services=_services(configuration.services, names, forgotten=names - elsewhere),
        jobs=jobs,
        cron_jobs=tuple(job for job in configuration.cron_jobs if job.from_services not in names),
        hostnames=tuple(hostname for hostname in configuration.hostnames if hostname.service not in names),
        rules=tuple(rule for rule in configuration.rules if rule.service not in names),
        workflows=tuple(_workflow(workflow, tasks) for workflow in configuration.workflows),
    )


def _services(services: Iterable[Service], names: Set[str], *, forgotten: Set[str]) -> tuple[Service, ...]:
    return tuple(
        replace(service, depends_on=tuple(name for name in service.depends_on if name not in forgotten))
        for service in services
        if service.name not in names
    )


def _lost_tasks(jobs: Iterable[Job], names: Set[str]) -> set[str]:
    return {f"jobs.{job.name}" for job in jobs if job.from_services in names}


def _workflow(workflow: Workflow, tasks: Set[str]) -> Workflow:
    steps = (_step(step, tasks) for step in workflow.steps)
    return replace(workflow, steps=tuple(step for step in steps if step is not None))


def _step(step: Step, tasks: Set[str]) -> Step | None:
    """The step without those tasks; a step that had nothing else is no step."""
    left = tuple(task for task in step.tasks if task not in tasks)
    return replace(step, tasks=left) if left or not step.tasks else None
