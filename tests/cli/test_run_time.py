"""The daemon and time: it wakes up for an instant long before its tick, and is right at once where it was down."""

import time
from typing import TYPE_CHECKING

import pytest

from tests.running import running, wait_until

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
pytestmark = pytest.mark.slow


@pytest.fixture
def hourly(village: "Village") -> "Village":
    """The village, deployed, whose daemon looks once an hour."""
    village.configure(village.config.read_text() + "reconcile: {every: 1h}\n")
    village.run("sync")
    return village


def test_an_override_that_ends_wakes_the_daemon(hourly: "Village") -> None:
    before = hourly.manifests()
    assert hourly.run("pause", LOGIN, "--for", "6s", "--reason", "a test").code == 0
    assert hourly.manifests() != before
    with running(hourly) as daemon:
        wait_until(lambda: hourly.manifests() == before)
    assert any(f"(time: {LOGIN})" in line for line in daemon.log.splitlines()), daemon.log


def test_down_at_the_change_it_is_right_within_one_pass(hourly: "Village") -> None:
    before = hourly.manifests()
    with running(hourly):
        assert hourly.run("sync").code == 1
    assert hourly.run("pause", LOGIN, "--for", "2s", "--reason", "a test").code == 0
    assert hourly.manifests() != before
    time.sleep(2.5)
    assert hourly.manifests() != before
    with running(hourly) as daemon:
        wait_until(lambda: hourly.manifests() == before)
    assert any("(started)" in line and LOGIN in line for line in daemon.log.splitlines()), daemon.log


def test_a_word_beside_a_running_daemon_is_carried_out_by_it(hourly: "Village") -> None:
    before = hourly.manifests()
    with running(hourly):
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
    before = hourly.manifests()
    hourly.configure(awake + 'windows: {pause: [{name: n, cron: "0 * * * *", duration: 1h, timezone: UTC}]}\n')
    assert hourly.run("sync").code == 0
    assert hourly.manifests() != before
    hourly.configure(awake)
    with running(hourly):
        wait_until(lambda: hourly.manifests() == before)
