"""The daemon and time: it wakes up for an instant long before its tick, and is right at once where it was down."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
PATIENCE = 30.0
pytestmark = pytest.mark.slow


@pytest.fixture
def hourly(village: "Village") -> "Village":
    """The village, deployed, whose daemon looks once an hour."""
    village.configure(village.config.read_text() + "reconcile: {every: 1h}\n")
    village.run("sync")
    return village


@contextmanager
def daemon(village: "Village", *, log: list[str]) -> Iterator[None]:
    """`reconciler run` as a process of its own, ended by SIGTERM; then its log is there."""
    command = [str(Path(sys.executable).parent / "reconciler"), "run", "--config", str(village.config)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    lock = village.root / "state.db.lock"
    try:
        # Told by the lock's signature: whoever tried the lock itself could have it at the moment the daemon wants it.
        wait_until(lambda: process.poll() is not None or f"process {process.pid} " in lock.read_text())
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        log += process.communicate(timeout=PATIENCE)[1].splitlines()
        assert process.returncode == 0, log


def wait_until(true: Callable[[], bool]) -> None:
    """Until something is true."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.05)


def test_an_override_that_ends_wakes_the_daemon(hourly: "Village") -> None:
    before, log = hourly.manifests(), list[str]()
    assert hourly.run("pause", LOGIN, "--for", "6s", "--reason", "a test").code == 0
    assert hourly.manifests() != before
    with daemon(hourly, log=log):
        wait_until(lambda: hourly.manifests() == before)
    assert any(f"(time: {LOGIN})" in line for line in log), log


def test_down_at_the_change_it_is_right_within_one_pass(hourly: "Village") -> None:
    before, log = hourly.manifests(), list[str]()
    with daemon(hourly, log=log):
        assert hourly.run("sync").code == 1
    assert hourly.run("pause", LOGIN, "--for", "2s", "--reason", "a test").code == 0
    assert hourly.manifests() != before
    time.sleep(2.5)
    assert hourly.manifests() != before
    with daemon(hourly, log=log):
        wait_until(lambda: hourly.manifests() == before)
    assert any("(started)" in line and LOGIN in line for line in log), log


def test_a_word_beside_a_running_daemon_is_carried_out_by_it(hourly: "Village") -> None:
    before, log = hourly.manifests(), list[str]()
    with daemon(hourly, log=log):
        answer = hourly.run("pause", LOGIN, "--for", "1h", "--reason", "a test")
        assert (answer.code, "the running daemon carries it out" in answer.out) == (0, True)
        hourly.repository("frontend").commit({"README.md": "hello\n"}, branch="main")
        wait_until(lambda: hourly.manifests() != before)


def test_who_waits_for_his_turn_wakes_as_soon_as_there_is_room(hourly: "Village") -> None:
    for name in ("a", "b", "c", "d"):
        hourly.repository("frontend").branch(f"feature/{name}", "feature/login")
    awake = hourly.config.read_text().replace("directory: deployed", "directory: deployed, waking: {at_once: 1}")
    hourly.configure(awake)
    assert hourly.run("sync").code == 0
    before, log = hourly.manifests(), list[str]()
    hourly.configure(awake + 'windows: {pause: [{name: n, cron: "0 * * * *", duration: 1h, timezone: UTC}]}\n')
    assert hourly.run("sync").code == 0
    assert hourly.manifests() != before
    hourly.configure(awake)
    with daemon(hourly, log=log):
        wait_until(lambda: hourly.manifests() == before)
