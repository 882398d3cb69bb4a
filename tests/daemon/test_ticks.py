"""Hours of ticks, without waiting for one."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from reconciler.daemon.backoff import LONGEST_SECONDS, Backoff, delay
from reconciler.daemon.clock import SystemClock
from reconciler.daemon.ticks import Ticks

MINUTE = timedelta(minutes=1)


def pass_time(ticks: Ticks, clock: Any, seconds: int) -> None:
    """Second by second, as the daemon does."""
    for _ in range(seconds):
        clock.advance(1)
        ticks.turn()


@pytest.fixture
def life_in_berlin() -> Iterator[None]:
    """The process lives in Berlin."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    os.environ.pop("TZ")
    os.environ.update({"TZ": before} if before else {})
    time.tzset()


def test_an_hour_has_sixty_minutes(clock: Any) -> None:
    ticks, heard = Ticks(clock), list[int]()
    ticks.every(MINUTE, lambda: heard.append(int(clock.seconds)), name="look")
    pass_time(ticks, clock, 3600)
    assert heard == list(range(60, 3601, 60))


def test_the_end_of_summer_time_silences_nothing(clock: Any, life_in_berlin: None) -> None:
    clock.wall = clock.wall.replace(month=10, day=25, hour=0)
    ticks, heard = Ticks(clock), list[int]()
    ticks.every(10 * MINUTE, lambda: heard.append(int(clock.seconds)), name="look")
    pass_time(ticks, clock, 3 * 3600)
    assert heard == list(range(600, 3 * 3600 + 1, 600))


def test_a_clock_that_is_set_back_an_hour_silences_nothing(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    ticks, heard = Ticks(clock), list[int]()
    ticks.every(MINUTE, lambda: heard.append(int(clock.seconds)), name="look")
    pass_time(ticks, clock, 90)
    clock.wall -= timedelta(hours=1)
    pass_time(ticks, clock, 120)
    assert heard == [60, 91, 151]
    assert "the clock went 1h back (it was set): every tick is due at once" in caplog.text


def test_a_machine_that_slept_looks_at_once_and_says_so(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    ticks, heard = Ticks(clock), list[int]()
    ticks.every(timedelta(hours=6), lambda: heard.append(int(clock.seconds)), name="look")
    pass_time(ticks, clock, 5)
    clock.wall += timedelta(hours=2)
    pass_time(ticks, clock, 5)
    assert heard == [6]
    assert "2h ahead (it was set, or the machine slept)" in caplog.text


def test_a_clock_that_is_a_little_off_is_no_jump(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    ticks = Ticks(clock)
    for _ in range(100):
        clock.wall += timedelta(seconds=0.5)
        clock.advance(1)
        ticks.turn()
    assert caplog.text == ""


def test_what_was_missed_many_times_runs_once(clock: Any) -> None:
    ticks, heard = Ticks(clock), list[int]()
    ticks.every(MINUTE, lambda: heard.append(1), name="look")
    clock.advance(3600)
    ticks.turn()
    ticks.turn()
    assert heard == [1]


def test_a_job_that_raises_neither_stops_the_others_nor_runs_in_a_loop(clock: Any) -> None:
    ticks, bad, good = Ticks(clock), list[int](), list[int]()

    def broken() -> None:
        bad.append(1)
        raise ZeroDivisionError

    ticks.every(MINUTE, broken, name="bad")
    ticks.every(MINUTE, lambda: good.append(1), name="good")
    clock.advance(60)
    with pytest.raises(ZeroDivisionError):
        ticks.turn()
    ticks.turn()
    assert (bad, good) == ([1], [1])


def test_another_interval_replaces_the_one_before(clock: Any) -> None:
    ticks, heard = Ticks(clock), list[int]()
    ticks.every(MINUTE, lambda: heard.append(int(clock.seconds)), name="look")
    pass_time(ticks, clock, 59)
    ticks.every(MINUTE, lambda: heard.append(-1), name="look")
    pass_time(ticks, clock, 1)
    ticks.every(timedelta(seconds=20), lambda: heard.append(int(clock.seconds)), name="look")
    pass_time(ticks, clock, 40)
    assert heard == [60, 80, 100]


def test_idleness_ends_with_the_next_job_and_is_never_long(clock: Any) -> None:
    ticks = Ticks(clock)
    assert ticks.idle(1.0) == 1.0
    ticks.every(MINUTE, lambda: None, name="look")
    assert ticks.idle(1.0) == 1.0
    clock.advance(59.75)
    assert ticks.idle(1.0) == 0.25
    clock.advance(10)
    assert ticks.idle(1.0) == 0.0


def test_the_real_clock_goes_forward_in_utc() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta()
    assert clock.monotonic() <= clock.monotonic()


def test_each_failure_is_waited_for_longer_up_to_a_limit() -> None:
    waits = [delay("tabc1234", failures) for failures in range(1, 60)]
    assert waits == sorted(waits)
    assert waits[1] == 2 * waits[0]
    assert waits[-1] <= LONGEST_SECONDS * 1.25


def test_what_failed_together_is_not_tried_together() -> None:
    assert len({delay(f"t{number}", 1) for number in range(20)}) > 10
    assert delay("t1", 3) == delay("t1", 3)


def test_a_key_waits_alone_and_is_due_once() -> None:
    backoff = Backoff()
    wait = backoff.failed("a", 100.0)
    assert backoff.waits("a", 100.0 + wait - 0.1)
    assert not backoff.waits("b", 100.0)
    assert backoff.due(100.0 + wait - 0.1) == ()
    assert backoff.due(100.0 + wait) == ("a",)
    assert backoff.due(100.0 + wait) == ()
    assert backoff.failed("a", 200.0) > wait
    backoff.went_well("a")
    assert backoff.failed("a", 300.0) == wait
