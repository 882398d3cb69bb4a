"""Ticks: jobs at fixed intervals, which ask for work and do none, on a clock that may be set or may sleep."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import schedule

from reconciler.model.duration import duration_text
from reconciler.model.ports import Clock

Job = Callable[[], None]

DRIFT: Final = timedelta(seconds=5)
"""How far the clock may run away from the seconds that passed before all jobs are anchored anew."""

log: Final = logging.getLogger("reconciler")


class _Job(schedule.Job):
    """A job whose time is read from our clock, in UTC: the library reads local time, which stands still or jumps twice a year."""

    def __init__(self, interval: int, scheduler: "_Scheduler") -> None:
        super().__init__(interval, scheduler)
        self._clock = scheduler.clock

    @property
    def should_run(self) -> bool:
        return self.next_run is not None and _reading(self._clock) >= self.next_run

    def run(self) -> Any:
        """Set the next time first, so that a job that raises neither blocks the others for good nor runs in a loop."""
        self._schedule_next_run()
        return self.job_func() if self.job_func else None

    def _schedule_next_run(self) -> None:
        self.next_run = _reading(self._clock) + timedelta(seconds=self.interval)


class _Scheduler(schedule.Scheduler):
    """Makes jobs on our clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def every(self, interval: int = 1) -> schedule.Job:
        return _Job(interval, self)


class Ticks:
    """The jobs and their next times. One thread calls `turn` again and again; nothing here sleeps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scheduler = _Scheduler(clock)
        self._intervals: dict[str, timedelta] = {}
        self._wall = clock.now()
        self._monotonic = clock.monotonic()

    def every(self, interval: timedelta, job: Job, *, name: str) -> None:
        """Run the job at that interval, in whole seconds and at least one; it replaces the job of that name.

        Saying the same again changes nothing.
        """
        if self._intervals.get(name) == interval:
            return
        self._scheduler.clear(name)
        seconds = max(1, int(interval.total_seconds()))
        self._scheduler.every(seconds).seconds.do(job).tag(name)
        self._intervals[name] = interval

    def turn(self) -> None:
        """Run what is due. A job that was missed many times runs once."""
        self._notice_jump()
        self._scheduler.run_pending()

    def idle(self, at_most: float) -> float:
        """Seconds until the next job is due, at most so many: a clock that is set meanwhile is noticed by then."""
        upcoming: datetime | None = self._scheduler.next_run
        if upcoming is None:
            return at_most
        return min(max((upcoming - _reading(self._clock)).total_seconds(), 0.0), at_most)

    def _notice_jump(self) -> None:
        """Where clock and elapsed seconds disagree the clock was set or the machine slept: every job is due at once."""
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        jump = (wall - self._wall) - timedelta(seconds=monotonic - self._monotonic)
        self._wall, self._monotonic = wall, monotonic
        if abs(jump) > DRIFT:
            way = "ahead (it was set, or the machine slept)" if jump > timedelta() else "back (it was set)"
            log.warning("the clock went %s %s: every tick is due at once", duration_text(abs(jump)), way)
            for job in self._scheduler.get_jobs():
                job.next_run = _reading(self._clock)


def _reading(clock: Clock) -> datetime:
    """The clock as the library keeps times: without a zone, here always UTC."""
    return clock.now().astimezone(UTC).replace(tzinfo=None)
