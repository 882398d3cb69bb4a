"""`reconciler imports`: import plans."""

from pathlib import Path

import click

from reconciler.cli import output, words
from reconciler.cli.failures import Exit
from reconciler.cli.options import config_option, environments_argument, offline_option, output_option
from reconciler.cli.survey import survey, tell_remarks
from reconciler.cli.wire import eyes
from reconciler.plan.document import environments_document, imports_of


@click.group("imports")
def command() -> None:
    """Show import plans: for each environment which applications come along, each at which branch and commit, by which rule."""


@command.command("show")
@environments_argument
@config_option
@output_option
@offline_option
def show(environments: tuple[str, ...], *, config: Path, form: str, offline: bool) -> int:
    """Show the members of environments with what was rejected, and why.

    \b
    reconciler imports show
    reconciler imports show frontend/feature-1
    """
    with eyes(config) as parts:
        surveyed = survey(parts, environments, offline=offline)
    tell_remarks(surveyed.remarks, form)
    if form == "json":
        output.document(environments_document(imports_of(plan) for plan in surveyed.plans))
    else:
        for plan in surveyed.plans:
            output.say(words.imports_head(plan))
            output.lines(words.member_lines(plan, rejected=True))
            if plan.imports is None:
                output.problems(plan.problems)
    unresolved = any(plan.imports is None and plan.problems for plan in surveyed.plans)
    return Exit.PROBLEM if unresolved or surveyed.failed else Exit.DONE
