"""Jobs: tasks that run once for a commit, their inputs and an attempt (design 7.15)."""

from dataclasses import replace
from typing import Any, Final

from reconciler.model.configuration import Configuration
from reconciler.model.digest import declared, short_digest
from reconciler.model.names import LABEL_LIMIT
from reconciler.model.objects import JOB, Desired
from reconciler.model.workload import Job
from reconciler.render.labels import pod_labels
from reconciler.render.names import owned_name
from reconciler.render.pods import job_pod
from reconciler.render.rendering import Made, Rendering, desired

_IGNORE_DISRUPTION: Final = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]}
"""A pod that a node drain took away was not the job's failure; it is started again."""

_FIRST: Final = 1


def job_object(rendering: Rendering, job: Job) -> Desired:
    """The Job of one attempt. It is not repeated when it fails: what a half-done migration needs is a person's decision."""
    whole = inherited(job, rendering.configuration)
    digest = _run_digest(rendering, whole)
    template = job_template(rendering, whole, component="job")
    return desired(
        Made(
            kind="Job",
            name=f"{owned_name(rendering.application, job.name, limit=LABEL_LIMIT - len(digest) - 1)}-{digest}",
            why=f"job {job.name} in {rendering.workflow}",
            place=job.place,
            body={"spec": {"backoffLimit": 0, "podFailurePolicy": _IGNORE_DISRUPTION, **template}},
            annotations={JOB: job.name},
            job=job.name,
        ),
        rendering,
    )


def job_template(rendering: Rendering, job: Job, *, component: str) -> dict[str, Any]:
    """The `template` of a Job's spec."""
    labels = pod_labels(rendering.environment, component=component, name=owned_name(rendering.application, job.name))
    return {"template": {"metadata": {"labels": labels}, "spec": job_pod(rendering, job)}}


def inherited(job: Job, configuration: Configuration) -> Job:
    """The job with what it does not say itself from the service that it names: image, cpu, memory and node selector.

    Variables are inherited where containers get them. Volumes stay the service's: one that a node holds could not be attached
    while the service runs.
    """
    service = configuration.service(job.from_services) if job.from_services else None
    if service is None:
        return job
    own_image = job.image is not None or job.built
    return replace(
        job,
        image=job.image if own_image else service.image,
        built=job.built if own_image else service.built,
        cpu=job.cpu or service.cpu,
        memory=job.memory or service.memory,
        node_selector=job.node_selector or service.node_selector,
    )


def attempt_key(rendering: Rendering, job: Job) -> str:
    """`application/job`, under which a raised attempt is asked for."""
    return f"{rendering.application}/{job.name}"


def _run_digest(rendering: Rendering, job: Job) -> str:
    """Over what people wrote, never over what we render of it: an upgrade of ours runs nothing again."""
    variables = rendering.resolved.variables.get(rendering.application)
    service = rendering.configuration.service(job.from_services) if job.from_services else None
    return short_digest(
        {
            "commit": rendering.member.commit,
            "job": declared(job),
            "inherited": declared(service.envs) if service else [],
            "variables": variables.digest if variables else "",
            "rule": dict(rendering.environment.rule.variables),
            "attempt": rendering.inputs.attempts.get(attempt_key(rendering, job), _FIRST),
        }
    )
