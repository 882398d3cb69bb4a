"""The next instant to wake up for, and everything that turns within a calendar."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin
from reconciler.model.windows import Declarations, EnvironmentFacts, Gate, State, Turn, WindowOverride
from reconciler.spec.schedules import read_schedules
from reconciler.windows.changes import asleep_between, changes_between, closed_between, next_change
from reconciler.windows.gates import gate_state
from reconciler.windows.state import state

FACTS = EnvironmentFacts(AppName("frontend"), "feature/login", EnvironmentType.EPHEMERAL)
MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)
NIGHTS = "pause:\n- {name: nights, pause: '19:00', resume: '07:00', timezone: UTC}\n"
OFFICE = "apply:\n- {name: office, allow: true, cron: 0 9 * * 1-5, duration: 8h, timezone: UTC}\n"
NOW_AND_THEN = "apply:\n- {name: stop, deny: true, cron: 0 13 * * 1, duration: 1h, timezone: UTC, interrupt: true}\n"


def declared(text: str) -> Declarations:
    """The declarations of an application's file."""
    found, problems = read_schedules(text.encode(), Origin("schedules.yaml"))
    assert problems == ()
    assert found is not None
    return found


def told(turns: Sequence[Turn]) -> list[str]:
    """`16 19:00 pause asleep`."""
    return [f"{turn.at:%d %H:%M} {turn.gate or 'pause'} {turn.to}" for turn in turns]


def test_the_next_change_is_the_first_of_sleep_and_gates() -> None:
    assert next_change(declared(NIGHTS), FACTS, now=MONDAY) == MONDAY.replace(hour=19)
    assert next_change(declared(NIGHTS + OFFICE), FACTS, now=MONDAY) == MONDAY.replace(hour=17)


def test_a_change_that_is_now_is_not_to_come() -> None:
    assert next_change(declared(NIGHTS), FACTS, now=MONDAY.replace(hour=19)) == MONDAY.replace(hour=7) + timedelta(days=1)


def test_the_end_of_an_override_is_a_change_only_where_the_state_turns() -> None:
    until = MONDAY.replace(hour=15)
    one = WindowOverride(State.AWAKE, MONDAY - timedelta(hours=1), until, "ada", "demo")
    assert next_change(declared(NIGHTS), FACTS, overrides=[one], now=MONDAY) == MONDAY.replace(hour=19)
    paused = WindowOverride(State.ASLEEP, MONDAY, until, "ada", "lunch")
    assert next_change(declared(NIGHTS), FACTS, overrides=[paused], now=MONDAY) == until


def test_nothing_ever_changes_where_nothing_is_declared() -> None:
    assert next_change(Declarations(), FACTS, now=MONDAY) is None


def test_a_calendar_lists_every_turn_in_order() -> None:
    turns = changes_between(declared(NIGHTS + OFFICE), FACTS, start=MONDAY, end=MONDAY + timedelta(days=1))
    assert told(turns) == [
        "16 17:00 apply closed",
        "16 17:00 prune closed",
        "16 17:00 teardown closed",
        "16 19:00 pause asleep",
        "17 07:00 pause awake",
        "17 09:00 apply open",
        "17 09:00 prune open",
        "17 09:00 teardown open",
    ]
    assert all(turn.reason.text for turn in turns)


def test_the_spans_of_a_calendar_are_cut_to_it() -> None:
    day = MONDAY.replace(hour=0)
    sleep = asleep_between(declared(NIGHTS), FACTS, start=day, end=day + timedelta(days=1))
    assert [(span.begin.hour, span.end.hour) for span in sleep] == [(0, 7), (19, 0)]
    closed = closed_between(declared(OFFICE), FACTS, gate=Gate.APPLY, start=day, end=day + timedelta(days=1))
    assert [(span.begin.hour, span.end.hour) for span in closed] == [(0, 9), (17, 0)]


def test_every_turn_of_a_calendar_is_a_state_that_begins_there() -> None:
    everything = declared(NIGHTS + OFFICE)
    for turn in changes_between(everything, FACTS, start=MONDAY, end=MONDAY + timedelta(days=14)):
        if turn.gate is None:
            assert state(everything, FACTS, now=turn.at).since == turn.at
        else:
            assert gate_state(everything, FACTS, gate=turn.gate, now=turn.at).since == turn.at


def test_a_closed_gate_interrupts_only_where_its_window_says_so() -> None:
    closed = gate_state(declared(NOW_AND_THEN), FACTS, gate=Gate.APPLY, now=MONDAY + timedelta(hours=1))
    assert (closed.open, closed.interrupt) == (False, True)
    assert not gate_state(declared(NOW_AND_THEN), FACTS, gate=Gate.APPLY, now=MONDAY).interrupt
    assert not gate_state(declared(OFFICE), FACTS, gate=Gate.APPLY, now=MONDAY.replace(hour=20)).interrupt


def test_a_search_ends_after_two_years() -> None:
    far = "apply:\n- {name: far, deny: true, from: 2029-01-01T00:00, to: 2029-01-02T00:00, timezone: UTC}\n"
    assert next_change(declared(far), FACTS, now=MONDAY) is None
    assert next_change(declared(far), FACTS, now=datetime(2026, 12, 31, tzinfo=UTC)) is None
    assert next_change(declared(far), FACTS, now=datetime(2027, 1, 1, tzinfo=UTC)) == datetime(2029, 1, 1, tzinfo=UTC)
    assert gate_state(declared(far), FACTS, gate=Gate.APPLY, now=datetime(2032, 1, 1, tzinfo=UTC)).since is None


def test_instants_far_away_are_answered_too() -> None:
    for year in (2, 1890, 9500, 9999):
        assert state(declared(NIGHTS), FACTS, now=datetime(year, 1, 2, tzinfo=UTC)).state in State


def test_any_window_that_keeps_a_gate_closed_may_interrupt() -> None:
    short = "{name: short, deny: true, cron: 0 13 * * 1, duration: 1h, timezone: UTC, interrupt: true}"
    long = "{name: long, deny: true, cron: 0 13 * * 1, duration: 3h, timezone: UTC}"
    both = declared(f"apply: [{short}, {long}]\n")
    states = [gate_state(both, FACTS, gate=Gate.APPLY, now=MONDAY.replace(hour=hour)) for hour in (13, 14)]
    assert [(state.declaration, state.interrupt) for state in states] == [("long", True), ("long", False)]
