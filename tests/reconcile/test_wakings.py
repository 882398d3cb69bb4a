"""Many environments wake at the same instant: so many at once as their target allows, the others when it is their turn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from reconciler.model.change import Change
from reconciler.model.errors import Refused
from reconciler.model.windows import State, WindowOverride
from reconciler.reconcile.passes import PassOutcome, Report
from reconciler.reconcile.sayings import overridden
from tests.reconcile.conftest import Front

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

NAMES = [f"frontend/feature/{name}" for name in ("a", "b", "c", "d")]
NIGHTS = 'windows: {pause: [{name: nights, pause: "19:00", resume: "07:00", timezone: UTC}]}\n'
EVENING = datetime(2026, 3, 1, 20, tzinfo=UTC)
MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)
TURN = "it sleeps on until it is its turn to wake: target files wakes at most"


@pytest.fixture
def tired(town: "Town") -> "Town":
    """Four environments that sleep from seven to seven, of which two may wake at once, in the evening; all of them sleep."""
    town.settings("    - {name: production, branch: main, type: permanent}\n", "")
    town.settings("directory: deployed", "directory: deployed, waking: {at_once: 2, ready_within: 5m}")
    town.configure(town.village.config.read_text() + NIGHTS)
    repository = town.repository("frontend")
    for name in ("a", "b", "c", "d"):
        repository.branch(f"feature/{name}", "feature/login")
    repository.delete("feature/login")
    town.sync()
    town.clock.at = EVENING
    assert set(town.outcomes().values()) == {"done"}
    town.clock.at = MORNING
    return town


def asleep(town: "Town") -> set[str]:
    """The environments that sleep, by their records."""
    return {name for name in NAMES if town.record(name).sleep is not None}


def ids(town: "Town") -> list[str]:
    """What passes call the environments."""
    return [str(town.record(name).environment) for name in NAMES]


def cut_off_while_waking(town: "Town", *names: str) -> None:
    """Environments whose run was cut off after it had said in their records that they wake."""
    for name in names:
        town.say(name, lambda record: replace(record, waking=town.clock.at))


def fails(change: Change) -> None:
    """The target takes nothing."""
    raise Refused(f"{change.key} is refused")


def told(report: Report) -> list[str]:
    """What holds an environment, without places."""
    assert report.plan is not None
    return [hold.reason.text for hold in report.plan.holds]


def test_all_wake_in_one_pass_where_each_is_ready_at_once(tired: "Town") -> None:
    assert set(tired.outcomes().values()) == {"done"}
    assert asleep(tired) == set()
    assert set(tired.outcomes().values()) == {"nothing"}


def test_who_wakes_by_its_record_keeps_the_others_asleep(tired: "Town") -> None:
    before = tired.manifests()
    cut_off_while_waking(tired, *NAMES[2:])
    reports = tired.sync()
    assert [reports[name].outcome for name in NAMES] == ["held", "held", "done", "done"]
    assert asleep(tired) == set(NAMES[:2])
    assert told(reports[NAMES[0]]) == [f"{TURN} 2 at once"]
    plan = reports[NAMES[0]].plan
    assert plan is not None
    (hold,) = plan.holds
    assert (hold.kind, hold.partly, hold.until) == ("time", True, MORNING + timedelta(minutes=5))
    assert "config.yaml:" in str(hold.reason)
    folder = tired.record(NAMES[0]).namespace
    assert {path: text for path, text in tired.manifests().items() if path.startswith(folder)} == {
        path: text for path, text in before.items() if path.startswith(folder)
    }
    tired.sync()
    assert asleep(tired) == set()


def test_while_it_waits_for_its_turn_it_is_kept_asleep(tired: "Town") -> None:
    path = tired.village.deployed / tired.record(NAMES[0]).namespace / "deployment-web.yaml"
    sleeping = path.read_text()
    path.write_text(sleeping.replace("replicas: 0", "replicas: 9"))
    cut_off_while_waking(tired, *NAMES[2:])
    report = tired.sync()[NAMES[0]]
    assert (report.outcome, told(report)) == ("done", [f"{TURN} 2 at once"])
    assert path.read_text() == sleeping


def test_who_does_not_get_ready_keeps_nobody_waiting_for_ever(tired: "Town") -> None:
    cut_off_while_waking(tired, *NAMES[2:])
    known = ids(tired)
    with tired.behind(lambda writer: Front(writer, fails)) as passes:
        reports = [passes.over(one, "test") for one in known]
    assert [report.outcome for report in reports] == ["held", "held", "failed", "failed"]
    assert reports[0].due == MORNING + timedelta(minutes=5)
    tired.later(minutes=5)
    with tired.behind(lambda writer: Front(writer, lambda change: None)) as passes:
        assert [passes.over(one, "test").outcome for one in known[:2]] == ["done", "done"]
    assert asleep(tired) == set(NAMES[2:])


def test_there_is_room_again_when_one_is_ready(tired: "Town") -> None:
    tired.settings("at_once: 2", "at_once: 1")
    reached, go_on = Event(), Event()

    def slowly(change: Change) -> None:
        reached.set()
        assert go_on.wait(60), change.key

    first, second, *_ = ids(tired)
    with tired.behind(lambda writer: Front(writer, slowly)) as passes:
        reports: list[Report] = []
        thread = Thread(target=lambda: reports.append(passes.over(first, "test")))
        thread.start()
        assert reached.wait(60)
        waiting = passes.over(second, "test")
        go_on.set()
        thread.join()
        assert (waiting.outcome, told(waiting)) == (PassOutcome.HELD, [f"{TURN} 1 at once"])
        assert [(report.outcome, report.due) for report in reports] == [(PassOutcome.DONE, tired.clock.at)]
        assert passes.over(second, "test").outcome is PassOutcome.DONE


def test_a_person_waits_for_nobodys_turn(tired: "Town") -> None:
    cut_off_while_waking(tired, *NAMES[2:])
    assert tired.outcomes(NAMES[0]) == {NAMES[0]: "done"}
    word = WindowOverride(State.AWAKE, tired.clock.at, tired.clock.at + timedelta(hours=1), "ada", "a test")
    tired.say(NAMES[1], lambda record: overridden(record, word))
    _, spoken_for, *_ = ids(tired)
    with tired.behind(lambda writer: Front(writer, lambda change: None)) as passes:
        assert passes.over(spoken_for, "test").outcome == "done"
    assert asleep(tired) == set(NAMES[2:])


def test_a_closed_repair_gate_keeps_asleep_and_awake(tired: "Town") -> None:
    window = "{name: freeze, deny: true, from: '2026-03-02T06:00', to: '2026-03-03T06:00', timezone: UTC, gates: [repair]}"
    tired.settings("windows: {", f"windows: {{apply: [{window}], ")
    before = tired.manifests()
    report = tired.sync()[NAMES[0]]
    assert report.outcome == "held"
    assert report.plan is not None
    assert [(hold.gate, hold.partly) for hold in report.plan.holds] == [("repair", True)]
    assert (tired.manifests(), asleep(tired)) == (before, set(NAMES))
    tired.clock.at = datetime(2026, 3, 3, 7, tzinfo=UTC)
    tired.sync()
    assert asleep(tired) == set()


def test_plan_status_and_windows_say_who_waits(tired: "Town") -> None:
    tired.settings("at_once: 2", "at_once: 1")
    tired.settings(NIGHTS, "")
    run = tired.village.run
    plans = run("plan", "--output", "json").json["environments"]
    assert [[hold["reason"].split(" (")[0] for hold in plan["holds"]] for plan in plans] == [[]] + [[f"{TURN} 1 at once"]] * 3
    assert [plan["time"]["state"] for plan in plans] == ["awake", *["asleep"] * 3]
    assert [run("windows", "explain", NAMES[1], "--output", "json").json["waits"]] == [None]
    tired.clock.at = datetime.now(UTC).replace(microsecond=0)
    cut_off_while_waking(tired, NAMES[3])
    assert [plan["holds"] == [] for plan in run("plan", "--output", "json").json["environments"]] == [False] * 3 + [True]
    assert f"  {TURN} 1 at once" in run("windows", "explain", NAMES[1]).out
    statuses = run("status", "--output", "json").json["environments"]
    assert [status["standing"] for status in statuses] == ["asleep"] * 3 + ["pending"]
    assert f"{TURN} 1 at once" in run("status").out
    assert run("sync").code == 4
    assert run("sync").code == 0
    assert asleep(tired) == set()
