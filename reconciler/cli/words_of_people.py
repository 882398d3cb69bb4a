"""What `pause`, `resume` and `extend` share: find the environment, swap the word into its record, and carry it out."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.cli import output, words
from reconciler.cli.failures import Exit
from reconciler.cli.targets import open_targets
from reconciler.cli.verdict import exit_of
from reconciler.cli.wire import Eyes, eyes, hands
from reconciler.model.environment import Life
from reconciler.model.errors import Busy, Missing, Refused
from reconciler.model.instant import instant_or_none, instant_text
from reconciler.model.record import Record
from reconciler.model.times import Times
from reconciler.plan.document import environments_document, head_of
from reconciler.plan.observe import observe
from reconciler.plan.select import select
from reconciler.plan.sight import World
from reconciler.plan.times import times_of
from reconciler.reconcile.passes import PassOutcome, Report
from reconciler.reconcile.sayings import swap


@dataclass(frozen=True, slots=True)
class Addressee:
    """The environment that a person speaks of, what time says of it, and who speaks."""

    life: Life
    record: Record
    times: Times
    author: str
    _parts: Eyes
    _world: World

    @property
    def now(self) -> datetime:
        """The instant of the word, to the second, as records keep it."""
        return self.times.at

    def scheduled(self, record: Record) -> Times:
        """What time says of it with another record."""
        return times_of(self.life, self._world, library=self._parts.library, record=record).times

    def say(self, word: Callable[[Record], Record]) -> Record:
        """Swap the word into the record. Raises `Missing` or `Fenced`."""
        target = self._parts.installation.applications[self.life.environment.application].target
        opened = open_targets(self._parts.installation)
        reader, writer = opened.readers[target], opened.writers[target]
        return swap(reader, writer, environment=self.life.environment.id, say=word).record


@contextmanager
def addressee(config: Path, name: str) -> Iterator[Addressee]:
    """The one environment of that name. Raises `Missing` where it is not born, `Refused` where the name fits several."""
    with eyes(config) as parts:
        world = observe(parts.installation, parts.reading, now=parts.clock.now().replace(microsecond=0))
        lives = select(world.lives, [name])
        if len(lives) > 1:
            raise Refused(f"{name} fits {', '.join(str(life.environment) for life in lives)}", "name one of them")
        life = lives[0]
        kept = world.kept(life)
        if kept is None:
            raise Missing(f"{life.environment} is not born", "`reconciler status` says why")
        told = times_of(life, world, library=parts.library, record=kept.record)
        yield Addressee(life, kept.record, told.times, getpass.getuser(), parts, world)


def carry_out(config: Path, life: Life, *, why: str) -> Report | None:
    """One pass over the environment now; `None` where a daemon runs, which sees the word with its next look."""
    try:
        with hands(config) as passes:
            passes.look(why)
            report = passes.over(life.environment.id, why)
            passes.finish(why)
            return report
    except Busy:
        return None


def answer(life: Life, record: Record, *, said: str, report: Report | None, form: str) -> int:
    """Tell what was said and what came of it; the exit code."""
    if form == "json":
        output.document(environments_document([_document(life, record, report=report)]))
    else:
        output.say(f"{life.environment}  {said}")
        output.say(words.report_line(report) if report else "  the running daemon carries it out with its next look")
    failed = report is not None and report.outcome is PassOutcome.FAILED
    return Exit.PROBLEM if failed else exit_of([report.plan] if report and report.plan else [])


def _document(life: Life, record: Record, *, report: Report | None) -> dict[str, object]:
    overrides = [
        {
            "state": one.state.value,
            "begins": instant_text(one.begins),
            "until": instant_or_none(one.until),
            "withdrawn": instant_or_none(one.withdrawn),
            "author": one.author,
            "reason": one.reason,
        }
        for one in record.window_overrides
    ]
    extensions = [
        {"until": instant_text(one.until), "at": instant_text(one.at), "author": one.author, "reason": one.reason}
        for one in record.extensions
    ]
    came = {"outcome": report.outcome.value if report else None, "detail": report.detail if report else None}
    return {**head_of(life), "overrides": overrides, "extensions": extensions, **came}
