"""`reconciler status`: environments, and one of them in full."""

from pathlib import Path

import click

from reconciler.cli import output, status_words
from reconciler.cli.failures import Exit
from reconciler.cli.options import config_option, environments_argument, offline_option, output_option
from reconciler.cli.survey import survey, tell_remarks
from reconciler.cli.wire import eyes
from reconciler.plan.document import environments_document
from reconciler.plan.status import status_of


@click.command("status")
@environments_argument
@config_option
@output_option
@offline_option
def command(environments: tuple[str, ...], *, config: Path, form: str, offline: bool) -> int:
    """Show the environments; for those named: namespace, members with branch and rule, URLs, holds and last runs.

    \b
    reconciler status
    reconciler status frontend/feature-1
    """
    with eyes(config) as parts:
        surveyed = survey(parts, environments, offline=offline)
        statuses = [status_of(plan, parts.reading.history) for plan in surveyed.plans]
    if form == "json":
        output.document(environments_document(status.document for status in statuses))
    elif environments:
        for status in statuses:
            output.lines(status_words.full(status))
    else:
        output.lines(status_words.table(statuses))
    tell_remarks(surveyed.remarks, form)
    return Exit.PROBLEM if surveyed.failed else Exit.DONE
