"""Cron jobs under the real CronJob controller: they start neither while their environment sleeps nor late when it has woken."""

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from reconciler.model.instant import instant_from_text

if TYPE_CHECKING:
    from tests.target.kubernetes.conftest import Town

pytestmark = pytest.mark.slow

EVERY_MINUTE: Final = """\
cron_jobs:
- {name: tick, image: acme/tick, command: [tick], schedule: "* * * * *"}
"""
STARTED_FOR: Final = "batch.kubernetes.io/cronjob-scheduled-timestamp"
MINUTE: Final = timedelta(minutes=1)


@pytest.fixture
def ticking(sleepy: "Town") -> "Town":
    """A town that may sleep, with a cron job for every minute; what its controller starts is over at once."""
    sleepy.edit(sleepy.template() + EVERY_MINUTE)
    sleepy.sync()
    sleepy.settled()
    return sleepy


def starts(town: "Town") -> set[datetime]:
    """The minutes for which the controller has started a job."""
    jobs = town.admin.get(town.path("Job"))["items"]
    marks = [job["metadata"].get("annotations", {}).get(STARTED_FOR) for job in jobs]
    return {datetime.fromisoformat(mark) for mark in marks if mark}


def running(town: "Town") -> bool:
    """Whether the controller knows of a job that has not ended."""
    return bool(town.get("CronJob", "backend-tick")["status"].get("active"))


def suspended(town: "Town") -> bool:
    """Whether the controller is told to start none."""
    return bool(town.get("CronJob", "backend-tick")["spec"].get("suspend"))


def wait_until(instant: datetime) -> None:
    """Until the clock shows it."""
    time.sleep(max((instant - datetime.now(UTC)).total_seconds(), 0))


def last_minute() -> datetime:
    """The last full minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def test_a_start_that_fell_into_sleep_is_never_made_up_for(ticking: "Town") -> None:
    ticking.until(lambda: bool(starts(ticking)) and not running(ticking))
    ticking.say("pause")
    assert suspended(ticking)
    asleep = last_minute() + MINUTE
    wait_until(asleep + timedelta(seconds=5))
    ticking.say("resume", code=4)
    (hold,) = ticking.plan()["holds"]
    assert "CronJob backend-tick" in hold["reason"]
    until = instant_from_text(hold["until"])
    assert asleep + MINUTE < until <= asleep + MINUTE + timedelta(seconds=10)
    wait_until(until)
    ticking.sync()
    assert not suspended(ticking)
    ticking.until(lambda: max(starts(ticking)) > asleep)
    assert asleep not in starts(ticking)
    ticking.sync()
    assert ticking.plan()["holds"] == []
