"""The boundary of the command line: errors become one message and an exit code."""

import logging
from collections.abc import Callable
from enum import IntEnum

import click

from reconciler.cli import output
from reconciler.model.errors import BadInput, ReconcilerError

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
