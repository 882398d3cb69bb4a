"""The agenda: instants that passes foresee wake the daemon, each once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.daemon.agenda import Agenda
from reconciler.daemon.duty import Duty
from reconciler.daemon.loop import Daemon

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_has_come_is_told_once() -> None:
    agenda = Agenda()
    agenda.note("t1", NOON, label="frontend/main")
    agenda.note("t2", NOON + HOUR, label="frontend/feature")
    assert agenda.take(NOON - HOUR) == ()
    assert agenda.take(NOON) == ("frontend/main",)
    assert agenda.take(NOON) == ()
    assert agenda.take(NOON + 2 * HOUR) == ("frontend/feature",)


def test_a_later_pass_has_the_last_word() -> None:
    agenda = Agenda()
    agenda.note("t1", NOON, label="frontend/main")
    agenda.note("t1", NOON + HOUR, label="frontend/main")
    assert agenda.take(NOON) == ()
    agenda.note("t1", None, label="frontend/main")
    assert agenda.take(NOON + HOUR) == ()


def test_it_is_idle_until_the_first_instant() -> None:
    agenda = Agenda()
    assert agenda.idle(NOON, 5.0) == 5.0
    agenda.note("t1", NOON + timedelta(seconds=3), label="frontend/main")
    assert agenda.idle(NOON, 5.0) == 3.0
    assert agenda.idle(NOON + HOUR, 5.0) == 0.0


def test_the_instant_that_a_pass_foresaw_is_a_reason_to_look(*, work: Any, clock: Any, until: Any, running: Any) -> None:
    work.outcomes = {"frontend/main": "nothing"}
    work.due = {"frontend/main": clock.now() + timedelta(minutes=10)}
    with running(Daemon(Duty(work, HOUR), clock=clock, workers=1)):
        until(lambda: work.passes_of("frontend/main") == 1)
        clock.advance(599)
        assert work.looks == ["started"]
        clock.advance(1)
        until(lambda: work.looks == ["started", "time: frontend/main"])
        until(lambda: work.passes_of("frontend/main") == 2)
