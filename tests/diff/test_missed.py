"""Starts that fell into sleep are made up for by nobody, and no start after waking is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.diff.asleep import suspended
from reconciler.diff.missed import missed, still_suspended
from reconciler.model.ids import AppName, Namespace
from reconciler.model.objects import Desired, Live, LiveObjects, ObjectKey
from reconciler.model.reason import Reason

SPACE = Namespace("shop-t1")
DEADLINE = timedelta(seconds=60)
DAYS = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))


def cron_job(schedule: str) -> Desired:
    """A cron job as it is rendered."""
    spec = {"schedule": schedule, "startingDeadlineSeconds": int(DEADLINE.total_seconds())}
    manifest = {"kind": "CronJob", "metadata": {"name": "tick"}, "spec": spec}
    return Desired(ObjectKey("CronJob", SPACE, "tick"), manifest, AppName("shop"), Reason("a test"))


def asleep(one: Desired) -> LiveObjects:
    """What is at the target while it sleeps."""
    return LiveObjects({one.key: Live(one.key, suspended(one).manifest, owned=True)})


def wakes(schedule: str, woke: datetime) -> datetime:
    """The first second from waking on at which the cron job wakes, too."""
    one, now = cron_job(schedule), woke
    while missed([one], asleep(one), woke=woke, now=now):
        now += timedelta(seconds=1)
    return now


def clock(text: str) -> datetime:
    """An instant of the second of March."""
    return datetime.fromisoformat(f"2026-03-02T{text}+00:00")


@pytest.mark.parametrize(
    ("schedule", "woke", "wakes_at"),
    [
        ("* * * * *", "12:00:30", "12:01:05"),
        ("* * * * *", "12:00:00", "12:00:05"),
        ("* * * * *", "12:00:01", "12:01:05"),
        ("0 12 * * *", "12:00:00", "12:00:00"),
        ("0 12 * * *", "12:00:30", "12:01:05"),
        ("0 12 * * *", "12:01:05", "12:01:05"),
        ("0 12 * * 2", "12:00:30", "12:00:30"),
        ("0 3 * * *", "12:00:30", "12:00:30"),
        ("@hourly", "12:00:30", "12:01:05"),
        ("@daily", "12:00:30", "12:00:30"),
        ("0 3 ? * *", "12:00:30", "12:01:05"),
    ],
)
def test_it_wakes_when_its_last_start_asleep_is_too_old(schedule: str, woke: str, wakes_at: str) -> None:
    assert wakes(schedule, clock(woke)) == clock(wakes_at)


@pytest.mark.parametrize("second", range(0, 120, 7))
def test_the_controller_starts_nothing_that_was_asleep_and_everything_that_was_awake(second: int) -> None:
    woke = clock("12:00:00") + timedelta(seconds=second)
    now = wakes("* * * * *", woke)
    minutes = [clock("11:50:00") + timedelta(minutes=number) for number in range(20)]
    made_up_for = [minute for minute in minutes if now - DEADLINE <= minute <= now]
    assert made_up_for == [minute for minute in minutes if woke <= minute <= now]


def test_who_is_awake_already_stays_so() -> None:
    one = cron_job("* * * * *")
    awake = LiveObjects({one.key: Live(one.key, one.manifest, owned=True)})
    for live in (awake, LiveObjects({})):
        assert missed([one], live, woke=clock("12:00:30"), now=clock("12:00:31")) == ()


def test_nothing_is_missed_where_nobody_slept() -> None:
    one = cron_job("* * * * *")
    assert missed([one], asleep(one), woke=None, now=clock("12:00:31")) == ()


def test_the_others_wake() -> None:
    one, other = cron_job("* * * * *"), cron_job("0 3 * * *")
    there: Any = asleep(one)
    starts = missed([one], there, woke=clock("12:00:30"), now=clock("12:00:31"))
    other = Desired(ObjectKey("CronJob", SPACE, "night"), other.manifest, other.member, other.reason)
    first, second = still_suspended([one, other], starts)
    assert (first, second) == (suspended(one), other)
