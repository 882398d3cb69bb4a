"""CronJobs: jobs with a schedule; a start that is late by more than a minute is left out."""

from typing import Final

from reconciler.model.objects import Desired
from reconciler.model.workload import CronJob
from reconciler.render.jobs import inherited, job_template
from reconciler.render.names import owned_name
from reconciler.render.rendering import Made, Rendering, desired

_LONGEST_NAME: Final = 52
"""A CronJob's Jobs append eleven characters to its name (Kubernetes, CronJob)."""

_LATE_SECONDS: Final = 60


def cron_job_object(rendering: Rendering, job: CronJob) -> Desired:
    """The CronJob; runs of it do not overlap. Its schedule is in UTC, wherever the cluster's controllers live."""
    whole = inherited(job, rendering.configuration)
    return desired(
        Made(
            kind="CronJob",
            name=owned_name(rendering.application, job.name, limit=_LONGEST_NAME),
            why=f"cron job {job.name}",
            place=job.place,
            body={
                "spec": {
                    "schedule": job.schedule,
                    "timeZone": "Etc/UTC",
                    "concurrencyPolicy": "Forbid",
                    "startingDeadlineSeconds": _LATE_SECONDS,
                    "jobTemplate": {"spec": {"backoffLimit": 0, **job_template(rendering, whole, component="cron-job")}},
                }
            },
        ),
        rendering,
    )
