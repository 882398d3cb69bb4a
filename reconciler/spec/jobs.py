"""The jobs and cron jobs of a template."""

import re
from typing import Final

from reconciler.model.workload import CronJob, Job, NodeSelector
from reconciler.spec.containers import MOST_SECONDS, ContainerParts, checked_name, container_parts, node_selectors
from reconciler.spec.fields import Fields
from reconciler.spec.unique import refuse_twins

_CRON_RANGES: Final = (range(60), range(24), range(1, 32), range(1, 13), range(8))
"""Minute, hour, day of the month, month, day of the week."""

_CRON_FIELD: Final = re.compile(r"[0-9A-Za-z*/,\-?#]+", re.ASCII)
_CRON_WORDS: Final = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})


class _JobParts(ContainerParts):
    """The fields of `model.workload.Job` but its places."""

    name: str
    from_services: str | None
    completed_timeout: int | None
    node_selector: tuple[NodeSelector, ...]
    service_account_name: str | None


def jobs(root: Fields) -> tuple[Job, ...]:
    """Every job. R325 where a name stands twice."""
    found = tuple(Job(place=item.place, keys=item.keys, **_job_parts(item, what="job")) for item in root.mappings("jobs"))
    refuse_twins([(job.name, job.at("name")) for job in found], what="job", findings=root.findings)
    return found


def cron_jobs(root: Fields) -> tuple[CronJob, ...]:
    """Every cron job. R325 where a name stands twice, R332 where its schedule is none."""
    found = tuple(_cron_job(item) for item in root.mappings("cron_jobs"))
    refuse_twins([(job.name, job.at("name")) for job in found], what="cron job", findings=root.findings)
    return found


def _cron_job(fields: Fields) -> CronJob:
    schedule = fields.text("schedule") or ""
    if not fields.has("schedule"):
        fields.findings.error(
            "R332", fields.place, message="cron job has no schedule", hint='write it like `schedule: "0 3 * * *"`'
        )
    elif not (_is_cron(schedule) or fields.misshapen("schedule")):
        fields.findings.error(
            "R332",
            fields.at("schedule"),
            message=f"schedule {schedule!r} is not one of cron's",
            hint='write minute, hour, day, month and weekday, like "0 3 * * *"',
        )
    return CronJob(place=fields.place, keys=fields.keys, schedule=schedule, **_job_parts(fields, what="cron job"))


def _is_cron(text: str) -> bool:
    parts = text.split()
    if text in _CRON_WORDS or len(parts) != len(_CRON_RANGES):
        return text in _CRON_WORDS
    return all(_CRON_FIELD.fullmatch(part) and _in_range(part, span) for part, span in zip(parts, _CRON_RANGES, strict=True))


def _in_range(part: str, span: range) -> bool:
    """Whether every number of a field is one that it may have; what follows a slash is a step."""
    return all(int(number) in span for number in re.findall(r"(?<![/0-9])[0-9]{1,9}", part))


def _job_parts(fields: Fields, *, what: str) -> _JobParts:
    parts = container_parts(fields)
    source = fields.text("from_services")
    misshapen = fields.misshapen("from_services") or fields.misshapen("image")
    if source is None and parts["image"] is None and not (parts["built"] or misshapen):
        fields.findings.error(
            "R330",
            fields.at("name"),
            message=f"{what} {fields.text('name')!r} has no image",
            hint="write `from_services:`, `image:` or `has_repo: true`",
        )
    mounts = [(volume.mount_path, volume.at("mount_path")) for volume in parts["volumes"] if volume.mount_path]
    refuse_twins(mounts, what="mount_path", findings=fields.findings)
    return _JobParts(
        **parts,
        name=checked_name(fields, what=what),
        from_services=source,
        completed_timeout=fields.number("completed_timeout", least=1, most=MOST_SECONDS),
        node_selector=node_selectors(fields),
        service_account_name=fields.text("service_account_name"),
    )
