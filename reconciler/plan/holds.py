"""What holds a plan back for a person, and what a person said about it."""

from dataclasses import dataclass, replace

from reconciler.model.configuration import WorkflowName
from reconciler.model.environment import LifeState
from reconciler.model.plan import CONFIRM_LENGTH, Hold, HoldKind, Plan
from reconciler.model.reason import Reason


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person said with the command: `by_name` for an environment asked for by name, `confirm` a plan's digest, `take_over`
    that what stands in the way becomes ours, `override_window` that closed gates hold nothing back, and why.
    """

    by_name: bool = False
    confirm: str | None = None
    take_over: bool = False
    override_window: str | None = None


def auto_deploy_hold(plan: Plan, asked: Asked) -> tuple[Hold, ...]:
    """A push makes a plan that waits where the importer's template says `auto_deploy: false` (design 5.5)."""
    importer = plan.configurations.get(plan.environment.application)
    if importer is None or importer.auto_deploy or asked.by_name or plan.life.state is not LifeState.LIVE:
        return ()
    if plan.workflow not in {WorkflowName.SETUP, WorkflowName.PATCH} or _put_to_sleep(plan):
        return ()
    text = f"auto_deploy is false: run `reconciler sync {plan.environment}` to deploy it"
    return (Hold(HoldKind.PERSON, Reason(text, importer.at("auto_deploy"))),)


def _put_to_sleep(plan: Plan) -> bool:
    """Whether just these commits were carried out asleep already: they were let in then, and their workflow wakes with them."""
    sleep = plan.record.sleep if plan.record else None
    members = plan.imports.members if plan.imports else ()
    return sleep is not None and sleep.commits == {member.application: member.commit for member in members}


def confirmed(plan: Plan, holds: tuple[Hold, ...], *, asked: Asked) -> tuple[Hold, ...]:
    """The holds that are left once a person has confirmed exactly this plan by its digest; the last says how to confirm."""
    if not holds:
        return ()
    digest = plan.digest
    if asked.confirm and len(asked.confirm) >= CONFIRM_LENGTH and digest.startswith(asked.confirm):
        return tuple(hold for hold in holds if hold.kind is not HoldKind.PERSON)
    how = f"to go on: reconciler sync {plan.environment} --confirm {digest[:CONFIRM_LENGTH]}"
    *others, last = holds
    return (*others, replace(last, reason=Reason(f"{last.reason.text}; {how}", last.reason.place)))
