"""Jobs are tasks: they run once, and of each the last three runs are kept (design 7.15)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from reconciler.kinds.table import kind_of
from reconciler.model.instant import instant_text
from reconciler.model.objects import JOB, MEMBER, Live, ObjectKey
from reconciler.model.reason import Reason
from reconciler.model.record import JobRun

KEPT: Final = 3


def is_task(key: ObjectKey) -> bool:
    """Whether the object runs once and is no desired state."""
    return kind_of(key.kind).is_task


def annotation(live: Live, name: str) -> str | None:
    """The text of one of our annotations on a live object, `None` where it has none."""
    found = live.manifest["metadata"].get("annotations") if live.manifest else None
    text = found.get(name) if isinstance(found, Mapping) else None
    return text if isinstance(text, str) else None


def ran(run: JobRun) -> Reason:
    """Why a job that the record knows is not made again."""
    return Reason(f"ran already: {'succeeded' if run.succeeded else 'failed'} at {instant_text(run.at)}")


def outdated(tasks: Iterable[Live], wanted: frozenset[ObjectKey], *, jobs: Sequence[JobRun]) -> frozenset[ObjectKey]:
    """The live tasks that are older than the last three of their job; wanted ones are the newest, then those still unrecorded."""
    ended = {run.name: run.at.timestamp() for run in jobs}
    by_job: defaultdict[tuple[str | None, str], list[Live]] = defaultdict(list)
    for live in tasks:
        by_job[annotation(live, MEMBER), annotation(live, JOB) or live.key.name].append(live)
    old: set[ObjectKey] = set()
    for runs in by_job.values():
        runs.sort(key=lambda live: (live.key in wanted, ended.get(live.key.name, float("inf")), live.key))
        old.update(live.key for live in runs[:-KEPT] if live.key not in wanted)
    return frozenset(old)
