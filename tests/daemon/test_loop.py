"""The daemon as a whole, with real threads and signals."""

import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reconciler.daemon.clock import SystemClock
from reconciler.daemon.duty import Duty
from reconciler.daemon.loop import Daemon
from reconciler.model.errors import BadInput
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem, Severity

HOUR = timedelta(hours=1)

PROGRAM = """
import logging, sys, time
from datetime import timedelta
from reconciler.daemon.clock import SystemClock
from reconciler.daemon.duty import Duty
from reconciler.daemon.loop import Daemon
from reconciler.daemon.signals import stop_on_signals

class Report:
    label, outcome, changed, reason, detail, due = "frontend/main", "done", 1, "started", "run 1", None

class Work:
    def look(self, reason):
        return ("t1", "t2")
    def over(self, key, reason):
        print("began", flush=True)
        time.sleep(float(sys.argv[1]))
        print("ended", flush=True)
        return Report()
    def finish(self, reason, *, idle):
        pass

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
with stop_on_signals() as stop:
    Daemon(Duty(Work(), timedelta(hours=1)), clock=SystemClock(), workers=1).run(stop)
"""


@pytest.fixture(autouse=True)
def every_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "reconciler")


@pytest.fixture
def program() -> Iterator[Any]:
    """The daemon in a process of its own, its passes as long as is asked for."""
    started: list[subprocess.Popen[str]] = []

    def start(seconds: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PROGRAM, str(seconds)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def daemon(work: Any, clock: Any = None, **rest: Any) -> Daemon:
    return Daemon(Duty(work, rest.pop("every", HOUR)), clock=clock or SystemClock(), workers=rest.pop("workers", 2), **rest)


def test_the_start_passes_over_every_environment_and_says_one_line_for_each_change(
    *, work: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    work.outcomes = {"frontend/main": "done", "frontend/feature-1": "nothing"}
    with running(daemon(work)):
        until(lambda: work.finished)
    assert work.looks == ["started"]
    assert sorted(work.overs) == [("frontend/feature-1", "started"), ("frontend/main", "started")]
    assert work.finished == [("started", False)]
    assert "frontend/main  2 changed  (started)" in caplog.messages
    assert not any("feature-1" in message for message in caplog.messages)


def test_a_look_with_nothing_to_do_is_one_line(*, work: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture) -> None:
    work.outcomes = {"a": "nothing", "b": "nothing"}
    with running(daemon(work)):
        until(lambda: work.finished)
    assert caplog.messages[:2] == ["running: a look every 1h, 2 workers", "looked at 2 environments: nothing to do (started)"]


def test_a_tick_looks_again_when_the_clock_says_so(*, work: Any, clock: Any, until: Any, running: Any) -> None:
    work.outcomes = {"a": "nothing"}
    with running(daemon(work, clock, every=timedelta(minutes=1))):
        until(lambda: len(work.finished) == 1)
        clock.advance(59)
        assert work.looks == ["started"]
        clock.advance(1)
        until(lambda: len(work.finished) == 2)
    assert work.looks == ["started", "tick"]


def test_a_failing_environment_backs_off_alone(
    *, work: Any, clock: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    work.outcomes = {"bad": "failed", "good": "nothing"}
    with running(loop := daemon(work, clock)):
        until(lambda: len(work.finished) == 1)
        assert any("bad  failed: why it is so  (started, next try in " in message for message in caplog.messages)
        loop.ask("tick")
        until(lambda: len(work.finished) == 2)
        assert (work.passes_of("bad"), work.passes_of("good")) == (1, 2)
        assert "looked at 1 environment: nothing to do, 1 failed and wait (tick)" in caplog.messages
        clock.advance(15)
        until(lambda: work.passes_of("bad") == 2)
        assert work.looks[-1] == "another try"


def test_a_push_does_not_wait_for_the_backoff(*, work: Any, clock: Any, until: Any, running: Any) -> None:
    work.outcomes = {"bad": "failed"}
    with running(loop := daemon(work, clock)):
        until(lambda: work.passes_of("bad") == 1)
        work.outcomes["bad"] = "done"
        loop.ask("push: frontend main")
        until(lambda: work.passes_of("bad") == 2)
        loop.ask("tick")
        until(lambda: work.passes_of("bad") == 3)


def test_a_hold_is_told_once(*, work: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture) -> None:
    work.outcomes = {"a": "held"}
    with running(loop := daemon(work)):
        until(lambda: len(work.finished) == 1)
        loop.ask("tick")
        until(lambda: len(work.finished) == 2)
    assert [message for message in caplog.messages if "held" in message] == ["a  held: why it is so  (started)"]


def test_a_bug_in_one_pass_is_logged_whole_and_the_others_go_on(
    *, work: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    work.outcomes = {"bug": "bug", "good": "done"}
    with running(daemon(work, workers=1)):
        until(lambda: work.passes_of("good") == 1 and work.finished)
    assert "ZeroDivisionError" in caplog.text
    assert "a bug in the reconciler" in caplog.text


def test_a_look_that_fails_is_told_and_the_next_one_is_tried(
    *, work: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    work.outcomes, work.blind = {"a": "done"}, True
    with running(loop := daemon(work)):
        until(lambda: work.looks)
        work.blind = False
        loop.ask("tick")
        until(lambda: work.overs)
    assert "nothing could be looked at: target main did not answer (started)" in caplog.messages


def test_an_environment_is_never_passed_over_twice_at_a_time(work: Any, until: Any, running: Any) -> None:
    work.outcomes = {"slow": "slow", "a": "nothing"}
    with running(loop := daemon(work, workers=4)):
        until(lambda: work.entered.is_set() and work.passes_of("a") == 1)
        loop.ask("push: frontend main")
        until(lambda: work.passes_of("a") == 2)
        assert work.passes_of("slow") == 1
        work.gate.set()
        until(lambda: work.passes_of("slow") == 2)


def test_a_pass_in_progress_is_finished_before_the_end(work: Any, running: Any) -> None:
    work.outcomes = {"slow": "slow"}
    closed: list[int] = []
    with running(Daemon(Duty(work, HOUR, close=lambda: closed.append(1)), clock=SystemClock())) as stop:
        assert work.entered.wait(2)
        stop.set()
        assert closed == []
        work.gate.set()
    assert work.finished == [("started", False)]
    assert closed == [1]


def test_a_changed_config_is_taken_over_and_the_old_duty_closed(
    *, tmp_path: Path, work: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("")
    next_work, closed = type(work)(outcomes={"b": "nothing"}), list[int]()
    work.outcomes = {"slow": "slow"}
    first = Duty(work, HOUR, close=lambda: closed.append(1))
    loop = Daemon(first, clock=SystemClock(), config=config, reload=lambda: Duty(next_work, 2 * HOUR))
    with running(loop):
        assert work.entered.wait(2)
        until(lambda: config.write_text("new") and next_work.looks)
        assert closed == []
        work.gate.set()
        until(lambda: closed == [1])
        until(lambda: next_work.overs)
    assert f"{config} changed: taken over; looking every 2h" in caplog.messages


def test_a_config_that_cannot_be_read_leaves_the_old_one_in_force(
    *, tmp_path: Path, work: Any, until: Any, running: Any, caplog: pytest.LogCaptureFixture
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("")
    work.outcomes = {"a": "nothing"}
    problem = Problem(Severity.ERROR, "R101", whole_file(Origin(str(config))), "key `evry` is not known", "")

    def unreadable() -> Duty:
        raise BadInput("config.yaml has problems", (problem,))

    with running(loop := Daemon(Duty(work, HOUR), clock=SystemClock(), config=config, reload=unreadable)):
        until(lambda: config.write_text("bad") and "stays in force" in caplog.text)
        assert "evry" in caplog.text
        loop.ask("tick")
        until(lambda: "tick" in work.looks)


def wait_for(words: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert any(words in line for line in iter(process.stdout.readline, ""))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_pass_in_progress_end_and_the_exit_be_clean(program: Any, number: signal.Signals) -> None:
    process = program(0.5)
    wait_for("began", process)
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert out.count("ended") == 1
    assert out.splitlines()[-1] == "stopped"


def test_a_second_signal_ends_it_at_once(program: Any) -> None:
    process = program(30)
    wait_for("began", process)
    process.send_signal(signal.SIGTERM)
    wait_for("stopping", process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == -signal.SIGTERM
