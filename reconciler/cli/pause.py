"""`reconciler pause`: put an environment to sleep by a person's word."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from reconciler.cli.options import word_options
from reconciler.cli.parameters import end_of
from reconciler.cli.words_of_people import addressee, answer, carry_out
from reconciler.model.errors import Refused
from reconciler.model.instant import instant_text
from reconciler.model.windows import State, WindowOverride
from reconciler.reconcile.sayings import overridden
from reconciler.windows.joining import must_stay_awake


@click.command("pause")
@word_options(
    until="When it wakes again; until somebody resumes it where nothing is said.", span="How long it sleeps.", must_say_why=True
)
def command(environment: str, *, config: Path, form: str, until: datetime | None, span: timedelta | None, reason: str) -> int:
    """Put an environment to sleep: no pods, everything else stays. It comes before every window until it ends.

    \b
    reconciler pause frontend/feature-1 --for 2h --reason "nobody looks at it"
    """
    with addressee(config, environment) as one:
        if must_stay_awake(one.times.facts):
            raise Refused(f"{one.life.environment} is permanent and stays awake", "let its rule say `may_pause: true`")
        end = end_of(until, span, now=one.now)
        override = WindowOverride(State.ASLEEP, one.now, end, one.author, reason)
        record = one.say(lambda record: overridden(record, override))
    report = carry_out(config, one.life, why=f"pause by {one.author}: {reason}")
    said = f"paused until {instant_text(end)}" if end else "paused until somebody resumes it"
    return answer(one.life, record, said=said, report=report, form=form)
