"""`reconciler explain`: why an environment is as it is."""

from pathlib import Path

import click

from reconciler.cli import output
from reconciler.cli.failures import Exit
from reconciler.cli.options import config_option, offline_option, output_option
from reconciler.cli.survey import survey, tell_remarks
from reconciler.cli.wire import eyes
from reconciler.plan.document import environments_document, head_of
from reconciler.plan.explain import Answer, explain


@click.command("explain")
@click.argument("environment", metavar="ENV")
@config_option
@output_option
@offline_option
def command(environment: str, *, config: Path, form: str, offline: bool) -> int:
    """Say why an environment is as it is: its life, the branch of each member and what was rejected, the workflow, each object.

    \b
    reconciler explain frontend/feature-1
    """
    with eyes(config) as parts:
        surveyed = survey(parts, [environment], offline=offline)
        answers = [(plan, explain(plan, parts.reading.history.runs(plan.environment.id, 1))) for plan in surveyed.plans]
    if form == "json":
        output.document(environments_document({**head_of(plan.life), "answers": _documents(found)} for plan, found in answers))
    else:
        for plan, found in answers:
            output.say(str(plan.environment))
            output.lines(f"  {answer.question}: {answer.decision}\n      {answer.reason}" for answer in found)
    tell_remarks(surveyed.remarks, form)
    return Exit.PROBLEM if surveyed.failed else Exit.DONE


def _documents(answers: tuple[Answer, ...]) -> list[dict[str, str]]:
    return [{"question": one.question, "decision": one.decision, "reason": one.reason} for one in answers]
