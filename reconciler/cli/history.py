"""`reconciler history`: the runs so far."""

from pathlib import Path

import click

from reconciler.cli import output, words
from reconciler.cli.options import config_option, environments_argument, output_option
from reconciler.cli.wire import load
from reconciler.model.run import Run
from reconciler.plan.document import history_document
from reconciler.store.history import open_history


@click.command("history")
@environments_argument
@config_option
@output_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most this many, newest first.")
@click.option("--passes", is_flag=True, help="Show the passes, too: when, over how many environments, how many changed.")
def command(environments: tuple[str, ...], *, config: Path, form: str, limit: int, passes: bool) -> None:
    """Show the runs so far, newest first: what was carried out, what asked for it, and how it ended.

    ENV is given as a run shows it, such as frontend/feature-1; environments that are gone are found, too.
    """
    installation = load(config)
    with open_history(installation.store) as history:
        runs = [run for run in history.runs(limit=10_000 if environments else limit) if _asked(run, environments)][:limit]
        lines = history.passes(limit) if passes else ()
    if form == "json":
        output.document(history_document(runs, lines))
        return
    output.lines(words.run_line(run) for run in runs)
    output.lines(words.pass_line(line) for line in lines)
    if not runs and not lines:
        output.say("no runs yet" if not environments else f"no runs of {', '.join(environments)}")


def _asked(run: Run, names: tuple[str, ...]) -> bool:
    return (
        not names or run.label in names or run.environment in names or any(name.endswith(f"-{run.environment}") for name in names)
    )
