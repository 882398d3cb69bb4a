"""`reconciler extend`: put off the end of an environment that expires."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from reconciler.cli.options import word_options
from reconciler.cli.parameters import end_of
from reconciler.cli.words_of_people import addressee, answer, carry_out
from reconciler.model.errors import Refused
from reconciler.model.instant import instant_text
from reconciler.model.lifetime import Extension
from reconciler.reconcile.sayings import extended


@click.command("extend")
@word_options(until="The end; as long from now as its rule gives where nothing is said.", span="How long it lives from now.")
def command(environment: str, *, config: Path, form: str, until: datetime | None, span: timedelta | None, reason: str) -> int:
    """Put off the end of an environment that expires. An end that is later already stays.

    \b
    reconciler extend frontend/feature-1 --for 7d --reason "the demo is on Friday"
    """
    with addressee(config, environment) as one:
        expiry = one.life.environment.rule.expires_after
        if expiry is None:
            raise Refused(f"{one.life.environment} does not expire", "its rule says no `expires_after`")
        end = end_of(until, span, now=one.now) or one.now + expiry.after
        extension = Extension(end, one.author, reason, one.now)
        record = one.say(lambda record: extended(record, extension))
        expires = one.scheduled(record).expires or end
    report = carry_out(config, one.life, why=f"extend by {one.author}: {reason}")
    return answer(one.life, record, said=f"expires at {instant_text(expires)}", report=report, form=form)
