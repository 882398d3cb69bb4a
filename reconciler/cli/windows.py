"""`reconciler windows`: when environments sleep and changes may be made, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from reconciler.cli import output
from reconciler.cli.calendar_svg import calendar_svg
from reconciler.cli.calendar_text import LEGEND, calendar_lines
from reconciler.cli.failures import Exit
from reconciler.cli.options import config_option, environments_argument, offline_option, output_option
from reconciler.cli.parameters import instant
from reconciler.cli.survey import remarks, tell_remarks
from reconciler.cli.window_files import check_file
from reconciler.cli.wire import eyes
from reconciler.model.errors import BadValue, Refused
from reconciler.model.instant import instant_text
from reconciler.model.problem import errors_of
from reconciler.model.zone import Zone
from reconciler.plan.document import environments_document
from reconciler.plan.make import stays
from reconciler.plan.observe import observe
from reconciler.plan.problem_document import problems_document
from reconciler.plan.scene import Scene
from reconciler.plan.select import select
from reconciler.plan.times import times_of
from reconciler.plan.wakings import Wakings
from reconciler.plan.window_documents import (
    Timed,
    calendar,
    calendar_document,
    explain_document,
    next_document,
    upcoming,
)
from reconciler.windows.words import explain as sentences


@click.group("windows")
def command() -> None:
    """Say when environments sleep and when changes may be made, and why; nothing is written."""


@command.command("explain")
@click.argument("environment", metavar="ENV")
@config_option
@output_option
@offline_option
@click.option("--at", type=instant, metavar="INSTANT", help="Another instant than now.")
def explain(environment: str, *, config: Path, form: str, offline: bool, at: datetime | None) -> int:
    """Say whether an environment sleeps and which gates are open: a sentence for each declaration, an arrow at the decisive one.

    \b
    reconciler windows explain frontend/feature-1 --at 2026-12-24T20:00:00Z
    """
    found, remarked = _timed(config, (environment,), at=at, offline=offline)
    if len(found) > 1:
        raise Refused(f"{environment} fits {', '.join(str(one.life.environment) for one in found)}", "name one of them")
    if form == "json":
        output.document(explain_document(found[0]))
    else:
        output.lines(_explained(found[0]))
    tell_remarks(remarked, form)
    return Exit.DONE


@command.command("next")
@environments_argument
@config_option
@output_option
@offline_option
def next_turns(environments: tuple[str, ...], *, config: Path, form: str, offline: bool) -> int:
    """Show what turns next: sleep, each gate, and the end of environments that expire.

    \b
    reconciler windows next
    """
    found, remarked = _timed(config, environments, at=None, offline=offline)
    if form == "json":
        output.document(environments_document(next_document(one) for one in found))
    else:
        for one in found:
            output.lines(_next_lines(one))
    tell_remarks(remarked, form)
    return Exit.DONE


@command.command("calendar")
@environments_argument
@config_option
@click.option(
    "--output",
    "form",
    type=click.Choice(["text", "json", "svg"]),
    default="text",
    show_default=True,
    help="For people, for scripts, or a picture.",
)
@offline_option
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How many days from now.")
@click.option("--timezone", default="UTC", show_default=True, help="Whose days are shown.")
def show_calendar(environments: tuple[str, ...], *, config: Path, form: str, offline: bool, days: int, timezone: str) -> int:
    """Show when environments will sleep and when no changes are applied.

    \b
    reconciler windows calendar --days 7 --timezone Europe/Berlin
    reconciler windows calendar --output svg > calendar.svg
    """
    zone = _zone(timezone)
    found, remarked = _timed(config, environments, at=None, offline=offline)
    calendars = [calendar(one, begin=one.times.at, end=one.times.at + timedelta(days=days)) for one in found]
    if form == "json":
        output.document(environments_document(calendar_document(one) for one in calendars))
    elif form == "svg":
        output.raw(calendar_svg(calendars, zone))
    else:
        for one in calendars:
            output.lines(calendar_lines(one, zone))
        output.say(LEGEND)
    tell_remarks(remarked, "text" if form == "text" else "json")
    return Exit.DONE


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@output_option
def check(file: Path, *, form: str) -> int:
    """Doubt the windows of a schedules file or a config.yaml: what never opens, is always open, overlaps, or falls into a
    change of clocks in the coming two years.

    \b
    reconciler windows check .release/schedules.yaml
    """
    found = check_file(file, now=datetime.now(UTC))
    if form == "json":
        output.document(problems_document(found))
    else:
        output.problems(found)
        output.say(f"{len(found)} to look at" if found else "no doubts")
    return Exit.PROBLEM if errors_of(found) else Exit.DONE


def _timed(config: Path, names: tuple[str, ...], *, at: datetime | None, offline: bool) -> tuple[list[Timed], list[str]]:
    """What time says of the environments, and what could not be seen."""
    with eyes(config) as parts:
        now = parts.clock.now().replace(microsecond=0)
        world = observe(parts.installation, parts.reading, now=now, offline=offline)
        then = replace(world, at=at or now)
        wakings = Wakings()
        wakings.learn(world)
        found = []
        for life in select(world.lives, names):
            kept = world.kept(life)
            record = kept.record if kept else None
            times = times_of(life, then, library=parts.library, record=record).times
            scene = Scene(life, then, parts.reading, parts.library, kept, wakings)
            found.append(Timed(life, record, times, stays(scene, times=times) if at is None else None))
        return found, remarks(world)


def _explained(one: Timed) -> Iterator[str]:
    yield f"{one.life.environment} at {instant_text(one.times.at)}"
    yield from (f"  {sentence}" for sentence in sentences(one.times.pause))
    for state in one.times.gates.values():
        yield from (f"  {sentence}" for sentence in sentences(state))
    if one.waits:
        yield f"  {one.waits.reason}"
    if one.times.expires:
        yield f"  it expires at {instant_text(one.times.expires)}"


def _next_lines(one: Timed) -> Iterator[str]:
    turns = [f"{instant_text(turn.at)}  {f'{turn.gate} {turn.to}' if turn.gate else turn.to}" for turn in upcoming(one)]
    if one.times.expires:
        turns.append(f"{instant_text(one.times.expires)}  expires")
    yield f"{one.life.environment}  {one.times.pause.state}" + ("" if turns else ": nothing turns within two years")
    yield from (f"  {turn}" for turn in sorted(turns))


def _zone(name: str) -> Zone:
    try:
        return Zone(name)
    except BadValue as error:
        raise click.UsageError(f"--timezone: {error}") from error
