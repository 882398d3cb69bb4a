"""What the daemon does until its configuration changes, and the change from one duty to the next under full work."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Protocol


class Report(Protocol):
    """What one pass over one environment came to."""

    @property
    def label(self) -> str:
        """The environment as people call it."""

    @property
    def outcome(self) -> str:
        """`nothing`, `done`, `held` or `failed`."""

    @property
    def changed(self) -> int:
        """How many objects."""

    @property
    def reason(self) -> str:
        """What asked for the pass."""

    @property
    def detail(self) -> str:
        """What was done, what it waits for, or what went wrong."""

    @property
    def due(self) -> datetime | None:
        """When time next turns something in it: sleep, a gate, a hold, its end."""


class Work(Protocol):
    """The passes. Several threads may call `over` at once, each with another key."""

    def look(self, reason: str) -> tuple[str, ...]:
        """Observe everything once; the keys to pass over. Raises errors of ours where nothing of it can be kept."""

    def over(self, key: str, reason: str) -> Report:
        """One pass over one environment; what fails is in the report."""

    def finish(self, reason: str, *, idle: bool) -> None:
        """Write the line of the passes since the last one; with `idle` false only where something changed or failed."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Duty:
    """The work, how often it is done without being asked for, and the local repositories whose pushes are noticed at once.

    `close` is called when the duty is over and nobody is at it any more.
    """

    work: Work
    every: timedelta
    repositories: Mapping[str, Path] = field(default_factory=dict)
    close: Callable[[], None] = _nothing


class Roster:
    """The duty in force. One that is relieved is closed by the last worker who leaves it."""

    def __init__(self, duty: Duty) -> None:
        self._lock = Lock()
        self._post = _Post(duty)

    @property
    def duty(self) -> Duty:
        """The one in force now."""
        return self._post.duty

    @contextmanager
    def on_duty(self) -> Iterator[Duty]:
        """The duty in force, which stays open until the block ends."""
        with self._lock:
            post = self._post
            post.workers += 1
        try:
            yield post.duty
        finally:
            self._leave(post)

    def relieve(self, duty: Duty) -> None:
        """Put another duty in force; who is at the old one ends there what he began."""
        with self._lock:
            old, self._post = self._post, _Post(duty)
            old.workers += 1
        self._leave(old)

    def close(self) -> None:
        """Close the duty in force; nobody is at it any more."""
        self._post.duty.close()

    def _leave(self, post: "_Post") -> None:
        with self._lock:
            post.workers -= 1
            over = post is not self._post and post.workers == 0
        if over:
            post.duty.close()


class _Post:
    """A duty and how many are at it."""

    __slots__ = ("duty", "workers")

    def __init__(self, duty: Duty) -> None:
        self.duty = duty
        self.workers = 0
