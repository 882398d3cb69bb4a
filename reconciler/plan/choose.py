"""Choose the workflow of each member: setup, patch, or putting back (design 7.11)."""

from collections.abc import Mapping

from reconciler.model.change import Change, Operation
from reconciler.model.configuration import WorkflowName
from reconciler.model.ids import AppName
from reconciler.model.record import MemberState, Record
from reconciler.model.rendered import Resolved


def choose(resolved: Resolved, record: Record | None) -> Mapping[AppName, WorkflowName]:
    """The workflow of every member that has a configuration.

    Setup where none has succeeded yet, or the configuration, the variables or the list of imports changed since; patch where only
    the commit moved; none where nothing did.
    """
    before = record.members if record else {}
    importer = resolved.plan.importer.application
    regrouped = bool(before) and _regrouped(before, resolved)
    chosen: dict[AppName, WorkflowName] = {}
    for member in resolved.plan.members:
        if member.application not in resolved.configurations:
            continue
        state = before.get(member.application)
        if (
            state is None
            or _set_up_again(state, resolved, application=member.application)
            or (regrouped and member.application == importer)
        ):
            chosen[member.application] = WorkflowName.SETUP
        else:
            chosen[member.application] = WorkflowName.NONE if state.commit == member.commit else WorkflowName.PATCH
    return chosen


def _regrouped(before: Mapping[AppName, MemberState], resolved: Resolved) -> bool:
    """Whether a member left or came; one that is aborted has not come yet."""
    joined = {member.application for member in resolved.plan.members}
    return bool(set(before) - joined or set(resolved.configurations) - set(before))


def _set_up_again(state: MemberState, resolved: Resolved, *, application: AppName) -> bool:
    configuration = resolved.configurations[application].digest
    variables = resolved.variables[application].digest
    return not state.setup or (state.configuration, state.variables) != (configuration, variables)


def with_repairs(workflows: Mapping[AppName, WorkflowName], changes: tuple[Change, ...]) -> Mapping[AppName, WorkflowName]:
    """The same, with `repair` for members whose files did not change but whose objects did."""
    touched = {change.member for change in changes if change.operation is not Operation.KEEP}
    return {
        member: WorkflowName.REPAIR if workflow is WorkflowName.NONE and member in touched else workflow
        for member, workflow in workflows.items()
    }
