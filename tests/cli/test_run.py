"""The daemon on real repositories: pushes seen by watch and by poll, a quiet hour, a clean end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.cli.wire import joined, load
from reconciler.daemon.ticks import Ticks
from reconciler.store.journal import open_journal
from tests.running import running, wait_until


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """The instant."""
        return datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """The seconds that passed."""
        return self.seconds


def colour(village: Any) -> str:
    """The colour that the environment of feature/login has on disk."""
    texts = [path.read_text() for path in village.deployed.glob("*/deployment-web.yaml")]
    return next((name for name in ("blue", "red") if any(name in text for text in texts)), "")


def push(village: Any, value: str) -> None:
    """Commit another colour to the frontend's branch feature/login."""
    text = f"defaults:\n- {{key: COLOR, value: {value}}}\n"
    village.repository("frontend").commit({".release/environment_variables.yaml": text}, branch="feature/login")


@pytest.mark.slow
def test_a_push_is_on_disk_by_watch_long_before_the_next_tick(village: Any) -> None:
    village.configure(village.config.read_text() + "reconcile: {every: 1h}\n")
    with running(village):
        push(village, "blue")
        wait_until(lambda: colour(village) == "blue")
        push(village, "red")
        wait_until(lambda: colour(village) == "red")


@pytest.mark.slow
def test_a_push_is_on_disk_by_poll_where_nothing_is_watched(village: Any) -> None:
    village.configure(village.config.read_text() + "reconcile: {every: 2s}\n")
    with running(village, "--no-watch"):
        push(village, "blue")
        wait_until(lambda: colour(village) == "blue")


@pytest.mark.slow
def test_a_bad_environment_harms_no_other(village: Any) -> None:
    village.run("sync")
    village.repository("frontend").commit({".release/application_template.yaml": "services: ["}, branch="feature/bad")
    with running(village) as daemon:
        push(village, "blue")
        wait_until(lambda: colour(village) == "blue")
        assert "frontend/feature/bad" in daemon.log


@pytest.mark.slow
def test_a_second_writer_is_told_who_writes(village: Any) -> None:
    with running(village) as daemon:
        answer = village.run("sync")
        assert answer.code == 1
        assert str(daemon.process.pid) in answer.err
        assert village.run("status").code == 0


@pytest.mark.slow
def test_an_hour_of_ticks_with_nothing_changed_writes_nothing(village: Any) -> None:
    village.run("sync")
    before, store = village.files(), (village.root / "state.db").read_bytes()
    clock = HandClock()
    installation = load(village.config)
    rounds = 0
    with open_journal(installation.store) as journal:
        passes, close = joined(installation, journal, clock=clock)
        asked: list[str] = []
        ticks = Ticks(clock)
        ticks.every(timedelta(seconds=60), lambda: asked.append("tick"), name="look")
        for _ in range(3600):
            clock.seconds += 1
            ticks.turn()
            while asked:
                reason = asked.pop()
                rounds += 1
                outcomes = {passes.over(key, reason).outcome for key in passes.look(reason)}
                assert outcomes == {"nothing"}
                passes.finish(reason, idle=False)
        close()
    assert rounds >= 59
    assert village.files() == before
    assert len((village.root / "state.db").read_bytes()) == len(store)
