"""The workflows of a template: steps one after another, tasks of a step side by side."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.configuration import Step, Unsupported, Workflow, WorkflowName
from reconciler.model.place import Place
from reconciler.spec.fields import Fields
from reconciler.spec.unique import warn_of_twins

_JOBS: Final = "jobs."
_WRITTEN: Final = (WorkflowName.SETUP, WorkflowName.PATCH, WorkflowName.TEARDOWN)


def workflows(root: Fields) -> tuple[Workflow, ...]:
    """Every workflow with a known name. R326 where a name stands twice: the later one wins, as in Release."""
    found = tuple(workflow for fields in root.mappings("workflows") if (workflow := _workflow(fields)) is not None)
    warn_of_twins([(workflow.name.value, workflow.at("name")) for workflow in found], what="workflow", findings=root.findings)
    return found


def not_run(found: Sequence[Workflow]) -> Iterator[Unsupported]:
    """The jobs of teardown workflows, which do not run yet; what a teardown removes it removes without being told."""
    steps = [step for workflow in found if workflow.name is WorkflowName.TEARDOWN for step in workflow.steps]
    for step in steps:
        for task in step.tasks:
            if task.startswith(_JOBS):
                yield Unsupported(task, step.at(task), "a teardown runs no jobs yet")


def _workflow(fields: Fields) -> Workflow | None:
    name = fields.text("name")
    if name is None:
        return None
    if name not in _WRITTEN:
        fields.findings.warning(
            "R335",
            fields.at("name"),
            message=f"workflow {name!r} is never run",
            hint=fields.findings.did_you_mean(name, [known.value for known in _WRITTEN]),
        )
        return None
    if fields.has("order_from") and fields.has("parallelize"):
        fields.findings.error(
            "R336",
            fields.at("parallelize"),
            message=f"workflow {name!r} has both order_from and parallelize",
            hint="write one of the two",
            related=(fields.at("order_from"),),
        )
    else:
        _warn_of_twins(fields, name)
    return Workflow(place=fields.place, keys=fields.keys, name=WorkflowName(name), steps=(*_in_order(fields), *_parallel(fields)))


def _warn_of_twins(fields: Fields, name: str) -> None:
    """R337 for each task that stands twice in a workflow: it is carried out with the first."""
    first: dict[str, Place] = {}
    steps = fields.mappings("parallelize")
    for task, place in (*fields.places("order_from"), *(one for step in steps for one in step.places("tasks"))):
        before = first.setdefault(task, place)
        if before is not place:
            message = f"task {task!r} stands twice in {name}; it is carried out with the first"
            fields.findings.warning("R337", place, message=message, hint="remove one", related=(before,))


def _in_order(fields: Fields) -> tuple[Step, ...]:
    """A step for each task of `order_from`. R336 for a mapping there, which belongs to `parallelize`."""
    for item in fields.mappings("order_from"):
        fields.findings.error(
            "R336",
            item.place,
            message="order_from holds a step where a task is expected",
            hint="write `parallelize:` instead of order_from",
        )
    return tuple(
        Step(place=place, keys={"tasks": place}, name=task, tasks=(task,)) for task, place in fields.places("order_from")
    )


def _parallel(fields: Fields) -> tuple[Step, ...]:
    return tuple(_step(item, index) for index, item in enumerate(fields.mappings("parallelize"), 1))


def _step(fields: Fields, index: int) -> Step:
    return Step(
        place=fields.place,
        keys={**fields.keys, **dict(fields.places("tasks"))},
        name=fields.text("step") or f"step-{index}",
        tasks=fields.texts("tasks"),
    )
