"""`reconciler resume`: wake an environment by a person's word."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from reconciler.cli.options import word_options
from reconciler.cli.parameters import end_of
from reconciler.cli.words_of_people import Addressee, addressee, answer, carry_out
from reconciler.model.instant import instant_text
from reconciler.model.record import Record
from reconciler.model.windows import State, WindowOverride
from reconciler.reconcile.sayings import overridden, withdrawn


@click.command("resume")
@word_options(until="How long it stays awake; to the end of the window where nothing is said.", span="How long it stays awake.")
def command(environment: str, *, config: Path, form: str, until: datetime | None, span: timedelta | None, reason: str) -> int:
    """Wake an environment. What people said to pause it is taken back; a window that has it asleep is overridden.

    With --for or --until it stays awake as long as that, whatever a window says meanwhile.

    \b
    reconciler resume frontend/feature-1 --for 2h --reason "a late test"
    """
    with addressee(config, environment) as one:
        end = end_of(until, span, now=one.now)
        record = one.say(lambda record: _resumed(one, record, end=end, reason=reason))
    report = carry_out(config, one.life, why=f"resume by {one.author}: {reason}")
    return answer(one.life, record, said=_said(record), report=report, form=form)


def _resumed(one: Addressee, record: Record, *, end: datetime | None, reason: str) -> Record:
    """With an end a word for so long; without one pauses are taken back, and a window is overridden until it is over."""
    word = WindowOverride(State.AWAKE, one.now, end, one.author, reason)
    if end is not None:
        return overridden(record, word)
    record = withdrawn(record, State.ASLEEP, now=one.now)
    times = one.scheduled(record)
    return overridden(record, replace(word, until=times.pause.until)) if times.asleep else record


def _said(record: Record) -> str:
    last = record.window_overrides[-1] if record.window_overrides else None
    if last is None or last.state is not State.AWAKE or last.withdrawn:
        return "resumed"
    return f"resumed until {instant_text(last.until)}" if last.until else "resumed for good"
