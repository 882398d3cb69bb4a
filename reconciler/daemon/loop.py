"""The daemon: ticks, hints and failures ask for work, workers do it, and each pass is one line in the log."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Final

from reconciler.daemon.agenda import Agenda
from reconciler.daemon.backoff import Backoff
from reconciler.daemon.duty import Duty, Report, Roster
from reconciler.daemon.hints import Heard, Hints, Watched
from reconciler.daemon.queue import MemoryQueue
from reconciler.daemon.rounds import Round, Rounds
from reconciler.daemon.threads import forever
from reconciler.daemon.ticks import Ticks
from reconciler.model.duration import duration_text
from reconciler.model.errors import BadInput, ReconcilerError
from reconciler.model.ports import Clock
from reconciler.model.problem import errors_of

LOOK: Final = "look"
RELOAD: Final = "config"
TICK: Final = "tick"
RETRY: Final = "another try"
TIME: Final = "time"

_PATIENT: Final = {TICK, RETRY}
_WAIT_SECONDS: Final = 1.0

log: Final = logging.getLogger("reconciler")


class Daemon:
    """Looks at everything at each tick and whenever something is heard, then passes over one environment after another.

    `reload` gives the duty of a changed `config`, or raises an error of ours, and then the old duty stays in force. A failing
    environment is tried again later and later by ticks, and at once when somebody pushes.
    """

    def __init__(
        self,
        duty: Duty,
        *,
        clock: Clock,
        workers: int = 4,
        config: Path | None = None,
        reload: Callable[[], Duty] | None = None,
    ) -> None:
        self._roster = Roster(duty)
        self._clock = clock
        self._workers = workers
        self._config = config if reload else None
        self._reload = reload
        self._queue = MemoryQueue(first=LOOK)
        self._rounds = Rounds()
        self._backoff = Backoff()
        self._ticks = Ticks(clock)
        self._agenda = Agenda()
        self._holds: dict[str, str] = {}

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; passes in progress are finished, and what waits is left to the next start."""
        hints = Hints(lambda: Watched(self._roster.duty.repositories, self._config), self._hear)
        steps: list[tuple[str, Callable[[], None]]] = [
            ("ticks", partial(self._tick, stop)),
            ("hints", partial(hints.listen, stop)),
        ]
        steps += [(f"worker-{number}", self._serve) for number in range(1, self._workers + 1)]
        threads = [Thread(target=forever, args=(step, stop), name=name) for name, step in steps]
        log.info("running: a look every %s, %d workers", duration_text(self._roster.duty.every), self._workers)
        self.ask("started")
        for thread in threads:
            thread.start()
        stop.wait()
        log.info("stopping: passes in progress are finished first")
        self._queue.close()
        for thread in threads:
            thread.join()
        self._roster.close()
        log.info("stopped")

    def ask(self, reason: str) -> None:
        """Look at everything soon, for this reason."""
        self._queue.ask(LOOK, reason)

    def _hear(self, what: Heard, reason: str) -> None:
        self._queue.ask(RELOAD if what is Heard.CONFIG else LOOK, reason)

    def _tick(self, stop: Event) -> None:
        self._ticks.every(self._roster.duty.every, partial(self.ask, TICK), name=LOOK)
        self._ticks.turn()
        if self._backoff.due(self._clock.monotonic()):
            self.ask(RETRY)
        now = self._clock.now()
        come = self._agenda.take(now)
        if come:
            self.ask(f"{TIME}: {come[0]}" + (f" and {len(come) - 1} more" if come[1:] else ""))
        stop.wait(self._ticks.idle(self._agenda.idle(now, _WAIT_SECONDS)))

    def _serve(self) -> None:
        taken = self._queue.take(_WAIT_SECONDS)
        if taken is None:
            return
        key, reason = taken
        try:
            if key == RELOAD:
                self._take_over(reason)
            elif key == LOOK:
                self._look(reason)
            else:
                self._over(key, reason)
        finally:
            self._queue.done(key)

    def _look(self, reason: str) -> None:
        with self._roster.on_duty() as duty:
            try:
                keys = duty.work.look(reason)
            except ReconcilerError as error:
                log.warning("nothing could be looked at: %s (%s)", error, reason)
                return
        now = self._clock.monotonic()
        patient = set(reason.split("; ")) <= _PATIENT
        due = [key for key in keys if not (patient and self._backoff.waits(key, now))]
        self._finish(self._rounds.begin(due, reason, waiting=len(keys) - len(due)))
        for key in due:
            self._queue.ask(key, reason)

    def _over(self, key: str, reason: str) -> None:
        report: Report | None = None
        try:
            with self._roster.on_duty() as duty:
                report = duty.work.over(key, reason)
        finally:
            if report is None:
                self._backoff.failed(key, self._clock.monotonic())
            told = report is None or self._tell(key, report)
            self._finish(self._rounds.left(key, told=told))

    def _tell(self, key: str, report: Report) -> bool:
        """One line for what somebody would want to know; whether there was one."""
        self._agenda.note(key, report.due, label=report.label)
        if report.outcome == "failed":
            wait = self._backoff.failed(key, self._clock.monotonic())
            log.warning("%s  failed: %s  (%s, next try in %ds)", report.label, report.detail, report.reason, wait)
            return True
        self._backoff.went_well(key)
        if report.outcome == "held":
            return self._tell_held(key, report)
        self._holds.pop(key, None)
        level = logging.INFO if report.outcome == "done" else logging.DEBUG
        log.log(level, "%s  %d changed  (%s)", report.label, report.changed, report.reason)
        return report.outcome == "done"

    def _tell_held(self, key: str, report: Report) -> bool:
        """A hold is told when it begins or changes, not at every tick."""
        news = self._holds.get(key) != report.detail
        self._holds[key] = report.detail
        log.log(logging.INFO if news else logging.DEBUG, "%s  held: %s  (%s)", report.label, report.detail, report.reason)
        return news

    def _finish(self, over: Round | None) -> None:
        if over is None:
            return
        if not over.told:
            waiting = f", {over.waiting} failed and wait" if over.waiting else ""
            count = f"{over.environments} environment" + ("s" if over.environments != 1 else "")
            log.info("looked at %s: nothing to do%s (%s)", count, waiting, over.reason)
        with self._roster.on_duty() as duty:
            try:
                duty.work.finish(over.reason, idle=False)
            except ReconcilerError as error:
                log.warning("the line of the pass could not be written: %s", error)

    def _take_over(self, reason: str) -> None:
        if self._reload is None:
            return
        try:
            duty = self._reload()
        except ReconcilerError as error:
            log.warning("%s: it is not taken over and the configuration before stays in force: %s", reason, error)
            for problem in errors_of(error.problems) if isinstance(error, BadInput) else ():
                log.warning("%s", problem)
            return
        self._roster.relieve(duty)
        log.info("%s: taken over; looking every %s", reason, duration_text(duty.every))
        self.ask(reason)
