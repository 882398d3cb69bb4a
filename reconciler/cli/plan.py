"""`reconciler plan`: what would change; writes nothing anywhere."""

from pathlib import Path

import click

from reconciler.cli import output, words
from reconciler.cli.failures import Exit
from reconciler.cli.options import config_option, environments_argument, offline_option, output_option
from reconciler.cli.survey import survey, tell_remarks
from reconciler.cli.verdict import exit_of
from reconciler.cli.wire import eyes
from reconciler.plan.document import environments_document, plan_of


@click.command("plan")
@environments_argument
@config_option
@output_option
@offline_option
@click.option("--all", "kept", is_flag=True, help="Show objects that stay as they are, too.")
@click.option("--exit-code", is_flag=True, help="Exit with 4 where changes are pending.")
def command(environments: tuple[str, ...], *, config: Path, form: str, offline: bool, kept: bool, exit_code: bool) -> int:
    """Show what would change, in environments born or not, with the reason of each change.

    Writes nothing but the mirrors' cache of git objects, and works while a daemon runs.

    \b
    reconciler plan
    reconciler plan frontend/feature-1 --output json
    """
    with eyes(config) as parts:
        surveyed = survey(parts, environments, offline=offline)
    plans = surveyed.plans
    tell_remarks(surveyed.remarks, form)
    if form == "json":
        output.document(environments_document(plan_of(plan) for plan in plans))
    else:
        for plan in plans:
            output.lines(words.plan_lines(plan, kept=kept))
            output.problems(plan.problems)
        output.say(words.plans_summary(plans))
    status = exit_of(plans, failed=surveyed.failed)
    pending = exit_code and any(plan.effective for plan in plans)
    return Exit.PENDING if pending and status is Exit.DONE else status
