"""A clock that is set by hand, real git repositories, and work that does what a test tells it."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from reconciler.daemon.loop import Daemon
from reconciler.model.errors import Unreachable

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class HandClock:
    """Stands still until it is moved. Setting `wall` alone is a person setting the clock."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._start = NOON

    @property
    def wall(self) -> datetime:
        """What it shows."""
        return self._start + timedelta(seconds=self.seconds)

    @wall.setter
    def wall(self, instant: datetime) -> None:
        self._start = instant - timedelta(seconds=self.seconds)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.wall

    def monotonic(self) -> float:
        """The seconds that passed."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self.seconds += seconds


@dataclass(frozen=True)
class Report:
    """A report as passes give it."""

    label: str
    outcome: str
    changed: int
    reason: str
    detail: str
    due: datetime | None = None


@dataclass
class Work:
    """Passes over environments whose outcomes a test sets; it writes down what was asked of it."""

    outcomes: dict[str, str] = field(default_factory=dict)
    looks: list[str] = field(default_factory=list)
    overs: list[tuple[str, str]] = field(default_factory=list)
    finished: list[tuple[str, bool]] = field(default_factory=list)
    due: dict[str, datetime] = field(default_factory=dict)
    gate: Event = field(default_factory=Event)
    entered: Event = field(default_factory=Event)
    blind: bool = False

    def look(self, reason: str) -> tuple[str, ...]:
        """Every environment."""
        self.looks.append(reason)
        if self.blind:
            raise Unreachable("target main did not answer")
        return tuple(self.outcomes)

    def over(self, key: str, reason: str) -> Report:
        """The outcome that was set; `slow` waits for the gate, `bug` raises."""
        self.overs.append((key, reason))
        outcome = self.outcomes[key]
        if outcome == "slow":
            self.entered.set()
            self.gate.wait(10)
            return Report(key, "done", 1, reason, "run 1")
        if outcome == "bug":
            raise ZeroDivisionError("division by zero")
        return Report(key, outcome, 2 if outcome == "done" else 0, reason, "why it is so", self.due.pop(key, None))

    def finish(self, reason: str, *, idle: bool) -> None:
        """The line of the pass."""
        self.finished.append((reason, idle))

    def passes_of(self, key: str) -> int:
        """How often it was passed over."""
        return sum(over == key for over, _ in self.overs)


Until = Callable[[Callable[[], Any]], None]
Running = Callable[..., Any]


@pytest.fixture
def clock() -> HandClock:
    """A clock set by hand."""
    return HandClock()


@pytest.fixture
def work() -> Work:
    """Work with no environment yet."""
    return Work()


@pytest.fixture
def until() -> Until:
    """Waits for something to become true, at most two seconds."""

    def wait(true: Callable[[], Any]) -> None:
        end = time.monotonic() + 2.0
        while not true():
            assert time.monotonic() < end, "it did not happen within two seconds"
            time.sleep(0.01)

    return wait


@pytest.fixture
def running() -> Running:
    """Runs a daemon in a thread until the block ends, then sees it end."""

    @contextmanager
    def run(daemon: Daemon) -> Iterator[Event]:
        stop = Event()
        thread = Thread(target=daemon.run, args=(stop,))
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            thread.join(10)
        assert not thread.is_alive()

    return run


@pytest.fixture
def git() -> Callable[..., str]:
    """Runs git in a folder."""

    def run(folder: Path, *arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    return run


@pytest.fixture
def repository(tmp_path: Path, git: Any) -> Path:
    """A work tree at `main` with one commit."""
    folder = tmp_path / "frontend"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "First")
    return folder
