"""The exit code of an answer about plans."""

from reconciler.cli.failures import Exit
from reconciler.model.environment import LifeState
from reconciler.model.plan import HoldKind, Plan
from reconciler.model.problem import errors_of


def exit_of(plans: list[Plan], *, failed: bool = False) -> Exit:
    """The exit code of an answer about plans: a problem or a hold for a person is 1, a hold that time ends is 4.

    An environment that is refused waits for nobody: its rule says so.
    """
    plans = [plan for plan in plans if plan.life.state is not LifeState.REFUSED]
    if failed or any(errors_of(plan.problems) for plan in plans):
        return Exit.PROBLEM
    kinds = {hold.kind for plan in plans for hold in plan.holds}
    if kinds - {HoldKind.TIME}:
        return Exit.PROBLEM
    return Exit.PENDING if kinds else Exit.DONE
