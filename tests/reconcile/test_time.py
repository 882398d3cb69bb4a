"""Time over days: declarations of a repository, overrides that end, environments that expire, and a daemon that was down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler.model.errors import Fenced
from reconciler.model.lifetime import Extension
from reconciler.model.record import Record
from reconciler.model.windows import State, WindowOverride
from reconciler.reconcile.sayings import extended, overridden, withdrawn

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
POINTER = ".release.yaml"
SCHEDULES = ".release/schedules.yaml"
NIGHTS = 'pause: [{name: nights, pause: "19:00", resume: "07:00", timezone: UTC}]\n'
AFTERNOONS = 'pause: [{name: afternoons, pause: "12:30", resume: "19:00", timezone: UTC}]\n'
EVENING = datetime(2026, 3, 1, 20, tzinfo=UTC)


def declare(town: "Town", text: str | None) -> None:
    """Commit the schedules file of the frontend's branch; `None` removes it although it is named."""
    repository = town.repository("frontend")
    pointer = repository.git("show", f"feature/login:{POINTER}") + "\n"
    if "schedules" not in pointer:
        pointer += f"schedules: {SCHEDULES}\n"
    repository.commit({POINTER: pointer, SCHEDULES: text}, branch="feature/login")


def say(town: "Town", word: Callable[[Record], Record]) -> None:
    """A person's word, as the commands swap it in."""
    town.say(LOGIN, word)


def override(town: "Town", state: State, *, hours: float | None) -> WindowOverride:
    """Ada's override from now."""
    until = town.clock.at + timedelta(hours=hours) if hours is not None else None
    return WindowOverride(state, town.clock.at, until, "ada", "because")


def is_asleep(town: "Town") -> bool:
    """Whether the environment sleeps, by its record."""
    return town.record(LOGIN).sleep is not None


def test_the_file_of_the_branch_puts_its_environment_to_sleep(town: "Town") -> None:
    declare(town, NIGHTS)
    town.sync()
    assert not is_asleep(town)
    town.clock.at = EVENING
    plan = town.sync()[LOGIN].plan
    assert plan is not None
    assert plan.times is not None
    assert "frontend@" in str(plan.times.pause.reason)
    assert is_asleep(town)


def test_a_daemon_that_was_down_at_the_change_is_right_within_one_pass(town: "Town") -> None:
    declare(town, NIGHTS)
    town.sync()
    before = town.manifests()
    town.clock.at = EVENING + timedelta(days=3, hours=5)
    town.sync()
    assert is_asleep(town)
    town.clock.at = EVENING + timedelta(days=9, hours=12)
    town.sync()
    assert not is_asleep(town)
    assert town.manifests() == before


@pytest.mark.parametrize(
    "broken", ["pause: [", 'pause: [{name: nights, pause: "24:00", resume: "07:00", timezone: CEST}]\n', None]
)
def test_a_file_that_cannot_be_read_leaves_the_last_good_one_in_force(town: "Town", broken: str | None) -> None:
    declare(town, NIGHTS)
    town.sync()
    declare(town, broken)
    report = town.sync()[LOGIN]
    assert report.plan is not None
    (said,) = (problem for problem in report.plan.problems if problem.code == "R930")
    assert "stay in force" in said.message
    town.clock.at = EVENING
    town.sync()
    assert is_asleep(town)
    town.clock.at = EVENING + timedelta(hours=12)
    town.sync()
    assert not is_asleep(town)
    declare(town, AFTERNOONS)
    town.clock.at = EVENING + timedelta(hours=18)
    town.sync()
    assert is_asleep(town)


def test_where_nothing_good_is_known_it_neither_sleeps_nor_wakes_by_itself(town: "Town") -> None:
    declare(town, "pause: nights\n")
    town.sync()
    for hours in range(0, 24, 6):
        town.clock.at = EVENING + timedelta(hours=hours)
        town.sync()
        assert not is_asleep(town)
    say(town, lambda record: overridden(record, override(town, State.ASLEEP, hours=2)))
    town.sync()
    assert is_asleep(town)


def test_the_commit_that_asks_to_be_applied_cannot_open_its_own_gate(town: "Town") -> None:
    closed = "apply: [{name: office, allow: true, cron: '0 13 * * *', duration: 1h, timezone: UTC}]\n"
    declare(town, closed)
    town.sync()
    town.later(hours=4)
    declare(town, "apply: []\n")
    assert town.outcomes()[LOGIN] == "held"
    town.clock.at = datetime(2026, 3, 2, 13, tzinfo=UTC)
    assert town.outcomes()[LOGIN] == "done"
    town.later(hours=4)
    town.edit("backend", "target_port: '3000'", "target_port: '3001'", branch="feature/login")
    assert town.outcomes()[LOGIN] == "done"


def test_an_override_ends_by_itself(town: "Town") -> None:
    town.sync()
    before = town.manifests()
    say(town, lambda record: overridden(record, override(town, State.ASLEEP, hours=2)))
    assert town.outcomes()[LOGIN] == "done"
    assert is_asleep(town)
    town.later(hours=1, minutes=59)
    assert town.outcomes()[LOGIN] == "nothing"
    town.later(minutes=1)
    assert town.outcomes()[LOGIN] == "done"
    assert town.manifests() == before
    (kept,) = town.record(LOGIN).window_overrides
    assert (kept.author, kept.reason) == ("ada", "because")


def test_a_report_foresees_the_next_turn(town: "Town") -> None:
    declare(town, NIGHTS)
    assert town.sync()[LOGIN].due == datetime(2026, 3, 1, 19, tzinfo=UTC)
    say(town, lambda record: overridden(record, override(town, State.ASLEEP, hours=2)))
    assert town.sync()[LOGIN].due == town.clock.at + timedelta(hours=2)


def test_words_of_several_people_do_not_destroy_each_other(town: "Town") -> None:
    town.sync()
    first = override(town, State.ASLEEP, hours=1)
    second = replace(override(town, State.ASLEEP, hours=5), author="bob")
    interrupted: list[bool] = []

    def slowly(record: Record) -> Record:
        if not interrupted:
            interrupted.append(True)
            say(town, lambda other: overridden(other, second))
        return overridden(record, first)

    say(town, slowly)
    assert [one.author for one in town.record(LOGIN).window_overrides] == ["bob", "ada"]
    say(town, lambda record: withdrawn(record, State.ASLEEP, now=town.clock.at))
    assert [one.withdrawn for one in town.record(LOGIN).window_overrides] == [town.clock.at] * 2


def test_who_is_never_first_is_told_so(town: "Town") -> None:
    town.sync()
    one = override(town, State.ASLEEP, hours=1)

    def always_too_late(record: Record) -> Record:
        say(town, lambda other: overridden(other, replace(one, author=f"{len(other.window_overrides)}")))
        return overridden(record, one)

    with pytest.raises(Fenced):
        say(town, always_too_late)


@pytest.fixture
def mortal(town: "Town") -> "Town":
    """The village whose branches' environments live three days after the last push, deployed."""
    town.settings("type: ephemeral}", "type: ephemeral, expires_after: 3d, recreate: true}")
    town.sync()
    return town


def test_it_is_torn_down_three_days_after_the_last_push(mortal: "Town") -> None:
    mortal.later(days=2)
    mortal.edit("frontend", "replicas: 1", "replicas: 2", branch="feature/login")
    assert mortal.outcomes()[LOGIN] == "done"
    mortal.later(days=2)
    plan = mortal.sync()[LOGIN].plan
    assert plan is not None
    assert [problem.code for problem in plan.problems if problem.code == "R931"] == ["R931"]
    mortal.later(days=1)
    report = mortal.sync()[LOGIN]
    assert report.plan is not None
    assert (report.outcome, report.plan.workflow) == ("done", "teardown")
    assert "expired at 2026-03-06T12:00:00Z, 3d after its last push" in report.plan.life.reason.text


def test_the_same_head_stays_dead_and_a_newer_one_is_born(mortal: "Town") -> None:
    mortal.later(days=3)
    mortal.sync()
    for _ in range(2):
        assert LOGIN not in mortal.outcomes()
        mortal.later(days=1)
    state, reason = mortal.lives()[LOGIN]
    assert (state, "expired" in reason) == ("refused", True)
    mortal.edit("frontend", "replicas: 1", "replicas: 2", branch="feature/login")
    assert mortal.outcomes()[LOGIN] == "done"
    assert mortal.record(LOGIN).born == mortal.clock.at


def test_a_push_that_waits_counts_all_the_same(mortal: "Town") -> None:
    mortal.later(days=2)
    mortal.edit("frontend", "services:", "servises:", branch="feature/login")
    assert mortal.outcomes()[LOGIN] == "failed"
    mortal.later(days=2)
    assert mortal.outcomes()[LOGIN] == "failed"
    mortal.later(days=1)
    assert mortal.outcomes()[LOGIN] == "done"
    assert LOGIN not in mortal.outcomes()


def test_an_extension_puts_the_end_off(mortal: "Town") -> None:
    extension = Extension(mortal.clock.at + timedelta(days=7), "ada", "the demo", mortal.clock.at)
    say(mortal, lambda record: extended(record, extension))
    mortal.later(days=6)
    assert mortal.outcomes()[LOGIN] == "nothing"
    mortal.later(days=1)
    assert mortal.outcomes()[LOGIN] == "done"
    assert LOGIN not in mortal.outcomes()


def test_the_end_waits_for_the_teardown_gate(mortal: "Town") -> None:
    window = "{name: freeze, deny: true, from: '2026-03-04T00:00', to: '2026-03-10T00:00', timezone: UTC, gates: [teardown]}"
    mortal.configure(f"{mortal.village.config.read_text()}windows: {{apply: [{window}]}}\n")
    mortal.later(days=4)
    assert mortal.outcomes()[LOGIN] == "held"
    mortal.edit("frontend", "replicas: 1", "replicas: 2", branch="feature/login")
    assert mortal.outcomes()[LOGIN] == "done"
    mortal.later(days=3)
    assert mortal.outcomes()[LOGIN] == "held"
    mortal.later(days=2)
    assert mortal.outcomes()[LOGIN] == "done"
