"""What one member contributes to its group, and what is wrong with it."""

from collections.abc import Iterator

from reconciler.model.objects import Desired
from reconciler.model.problem import Problem
from reconciler.render.accounts import accounts, check_accounts
from reconciler.render.configmaps import check_files, config_map
from reconciler.render.cron_jobs import cron_job_object
from reconciler.render.images import check_images
from reconciler.render.ingress import ingresses
from reconciler.render.jobs import job_object
from reconciler.render.node_selectors import check_node_selectors
from reconciler.render.order import Lane
from reconciler.render.rendering import Rendering
from reconciler.render.secrets import service_secret
from reconciler.render.variables import check_values
from reconciler.render.volumes import check_volumes, claims
from reconciler.render.workflow import batches, job_task, jobs_to_run, service_task
from reconciler.render.workloads import service_task_objects


def lane(rendering: Rendering) -> Lane:
    """The member's objects, by what starts them."""
    configuration, workflow = rendering.configuration, rendering.workflow
    services = {service_task(service): service_task_objects(rendering, service) for service in configuration.services}
    jobs = {job_task(job): (job_object(rendering, job),) for job in jobs_to_run(configuration, workflow)}
    return Lane(
        member=rendering.application,
        supports=tuple(_supports(rendering)),
        tasks={**services, **jobs},
        batches=batches(configuration, workflow),
        last=tuple(_last(rendering)),
    )


def problems(rendering: Rendering) -> Iterator[Problem]:
    """What is wrong with the member's declarations where they meet config.yaml, the repository's files and Kubernetes."""
    yield from check_accounts(rendering)
    yield from check_node_selectors(rendering)
    yield from check_volumes(rendering)
    yield from check_images(rendering)
    yield from check_values(rendering)
    for service in rendering.configuration.services:
        yield from check_files(rendering, service)


def _supports(rendering: Rendering) -> Iterator[Desired]:
    yield from accounts(rendering)
    yield from claims(rendering)
    yield from (secret for owner in rendering.owners if (secret := service_secret(rendering, owner)) is not None)
    for service in rendering.configuration.services:
        if not service.static:
            yield from config_map(rendering, service)


def _last(rendering: Rendering) -> Iterator[Desired]:
    yield from ingresses(rendering)
    yield from (cron_job_object(rendering, job) for job in rendering.configuration.cron_jobs)
