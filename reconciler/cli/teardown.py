"""`reconciler teardown`: remove an environment."""

import getpass
from pathlib import Path

import click

from reconciler.cli import output, words
from reconciler.cli.options import config_option, output_option, override_window_option, window_word
from reconciler.cli.sync import reports_document, tell
from reconciler.cli.verdict import exit_of
from reconciler.cli.wire import hands
from reconciler.model.errors import Missing
from reconciler.model.reason import Reason
from reconciler.plan.holds import Asked
from reconciler.plan.select import select
from reconciler.reconcile.passes import PassOutcome, Report


@click.command("teardown")
@click.argument("environments", nargs=-1, required=True, metavar="ENV...")
@config_option
@output_option
@click.option("--reason", default="", help="Why, for those who ask later.")
@override_window_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(environments: tuple[str, ...], *, config: Path, form: str, reason: str, override_window: bool, yes: bool) -> int:
    """Remove environments: every object that is ours in their namespaces, and their records. Volumes go, too.

    The same head of the branch is not born again by itself; a newer one is, where its rule says `recreate: true`.
    """
    word = Reason(f"torn down by {getpass.getuser()}" + (f": {reason}" if reason else ""))
    asked = Asked(override_window=window_word(overridden=override_window, reason=reason))
    with hands(config) as passes:
        passes.look("teardown")
        lives = select(passes.world.lives if passes.world else (), environments)
        unborn = [str(life.environment) for life in lives if passes.world and passes.world.kept(life) is None]
        if unborn:
            raise Missing(f"{', '.join(unborn)} is not born, so there is nothing to tear down")
        names = ", ".join(str(life.environment) for life in lives)
        if not yes:
            _ask(names)
        reports = [passes.over(life.environment.id, "teardown", asked=asked, doomed=word) for life in lives]
        passes.finish("teardown")
    return _answer(reports, form)


def _ask(names: str) -> None:
    try:
        agreed = click.confirm(f"Remove {names} with all volumes?", err=True)
    except click.Abort as ended:
        raise click.UsageError(f"nobody is here to be asked; --yes removes {names} with all volumes") from ended
    if not agreed:
        raise click.Abort


def _answer(reports: list[Report], form: str) -> int:
    if form == "json":
        output.document(reports_document(reports))
    else:
        for report in reports:
            tell(report)
        output.say(words.reports_summary(reports))
    failed = any(report.outcome is PassOutcome.FAILED for report in reports)
    return exit_of([report.plan for report in reports if report.plan], failed=failed)
