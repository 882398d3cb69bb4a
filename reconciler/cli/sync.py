"""`reconciler sync`: one pass now."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict, Unpack

import click

from reconciler.cli import output, words
from reconciler.cli.failures import Exit
from reconciler.cli.options import (
    config_option,
    environments_argument,
    offline_option,
    output_option,
    override_window_option,
    window_word,
)
from reconciler.cli.survey import remarks, tell_remarks
from reconciler.cli.verdict import exit_of
from reconciler.cli.wire import hands
from reconciler.model.environment import Life
from reconciler.model.plan import Plan
from reconciler.model.problem import Severity
from reconciler.plan.document import environments_document, head_of, plan_of
from reconciler.plan.holds import Asked
from reconciler.plan.problem_document import Document
from reconciler.plan.select import select
from reconciler.reconcile.passes import Passes, PassOutcome, Report


class _Word(TypedDict):
    """What a person says with the command."""

    confirm: str | None
    take_over: bool
    override_window: bool
    reason: str


@click.command("sync")
@environments_argument
@config_option
@output_option
@offline_option
@override_window_option
@click.option("--reason", default="", help="Why, for those who ask later.")
@click.option("--confirm", metavar="DIGEST", help="Carry out exactly this plan although it waits for a person.")
@click.option("--take-over", is_flag=True, help="Make objects ours that stand in the way of the named environments.")
def command(environments: tuple[str, ...], *, config: Path, form: str, offline: bool, **word: Unpack[_Word]) -> int:
    """Make one pass now over every environment, or over those named.

    An environment asked for by name is deployed although its template says `auto_deploy: false`.

    \b
    reconciler sync
    reconciler sync frontend/feature-1
    """
    asked = _asked(environments, word)
    why = _why(asked, word["reason"])
    with hands(config) as passes:
        reports = pass_over(passes, environments, asked=asked, offline=offline, json=form == "json", why=why)
        seen = remarks(passes.world) if passes.world else []
        partial = bool(passes.world and passes.world.partial)
    tell_remarks(seen, form)
    if form == "json":
        output.document(reports_document(reports))
    else:
        output.say(words.reports_summary(reports))
    failed = partial or any(report.outcome is PassOutcome.FAILED for report in reports)
    plans: list[Plan] = [report.plan for report in reports if report.plan]
    return Exit.PROBLEM if failed else exit_of(plans)


def _asked(environments: tuple[str, ...], word: _Word) -> Asked:
    if word["confirm"] is not None and len(environments) != 1:
        raise click.UsageError("--confirm goes with exactly one environment")
    if word["take_over"] and not environments:
        raise click.UsageError("--take-over goes with environments that are named")
    overridden = window_word(overridden=word["override_window"], reason=word["reason"])
    return Asked(bool(environments), word["confirm"], take_over=word["take_over"], override_window=overridden)


def _why(asked: Asked, reason: str) -> str:
    """What history says asked for the pass."""
    if asked.override_window:
        return f"sync; {asked.override_window}"
    return f"sync: {reason}" if reason else "sync"


def pass_over(
    passes: Passes, names: tuple[str, ...], *, asked: Asked, offline: bool, json: bool, why: str = "sync"
) -> list[Report]:
    """Look once, then pass over what was asked for, telling each environment as it comes; ends with the pass's own line."""
    ids = set(passes.look(why, offline=offline))
    lives = select(passes.world.lives if passes.world else (), names)
    reports = []
    wanted = [life for life in lives if life.environment.id in ids or names]
    for index, life in enumerate(wanted):
        output.progress(index, len(wanted), what="environments")
        report = passes.over(life.environment.id, why, asked=asked)
        reports.append(report)
        if not json and report.outcome is not PassOutcome.NOTHING:
            tell(report)
    output.progress(len(wanted), len(wanted), what="")
    passes.finish(why)
    return reports


def tell(report: Report) -> None:
    """One environment's report, its problems in full."""
    output.say(words.report_line(report))
    if report.plan and report.outcome is PassOutcome.DONE:
        output.lines(f"  {line}" for line in words.change_heads(report.plan))
    if report.plan:
        output.problems(problem for problem in report.plan.problems if problem.severity is not Severity.NOTE)


def reports_document(reports: Iterable[Report]) -> Document:
    """The answer of `sync` and `teardown`: plans and what came of them; of what could not be planned, what came of it."""
    return environments_document(_document(report, report.life) for report in reports if report.life)


def _document(report: Report, life: Life) -> Document:
    plan = plan_of(report.plan) if report.plan else head_of(life)
    return {**plan, "outcome": report.outcome.value, "detail": report.detail}
