"""The boundary of the command line: errors become one message and an exit code."""

import logging
from collections.abc import Callable
from enum import IntEnum

import click

from reconciler.cli import output
from reconciler.model.environment import LifeState
from reconciler.model.errors import BadInput, ReconcilerError
from reconciler.model.plan import HoldKind, Plan
from reconciler.model.problem import errors_of

log = logging.getLogger("reconciler")


class Exit(IntEnum):
    """Exit codes (docs/cli.md)."""

    DONE = 0
    PROBLEM = 1
    USAGE = 2
    BUG = 3
    PENDING = 4
    INTERRUPTED = 130


def guarded(command: Callable[[], object]) -> int:
    """The exit code of a command: what it raises is told to the person, and nothing but a bug shows a traceback."""
    try:
        result = command()
        code = int(result) if isinstance(result, int) else Exit.DONE
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = Exit.USAGE
    except (KeyboardInterrupt, click.Abort):
        output.complain("interrupted")
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        output.abandon()
        code = Exit.DONE
    except ReconcilerError as error:
        if isinstance(error, BadInput):
            output.problems(error.problems, err=True)
        output.complain(str(error))
        code = Exit.PROBLEM
    except Exception:
        log.exception("this is a bug in reconciler: please report it with the lines below")
        code = Exit.BUG
    return code


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
