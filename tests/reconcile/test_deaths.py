"""Deaths and births over time: a branch that is gone, one that comes back, and what a person tore down."""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"
RULE = '{branches: ["feature/**"], type: ephemeral'


def folder(town: "Town", label: str) -> str:
    """The namespace of an environment that is born."""
    return town.record(label).namespace


def test_a_branch_that_is_gone_in_two_listings_ten_minutes_apart_takes_its_environment_along(town: "Town") -> None:
    town.sync()
    namespace = folder(town, LOGIN)
    town.repository("frontend").delete("feature/login")
    town.later(minutes=1)
    assert town.outcomes()[LOGIN] == "nothing"
    town.later(minutes=9, seconds=59)
    assert town.outcomes()[LOGIN] == "nothing"
    town.later(seconds=1)
    report = town.sync()[LOGIN]
    assert (report.outcome, report.detail) == ("done", "run 2 (teardown): 11 deleted")
    assert not (town.village.deployed / namespace).exists()
    assert LOGIN not in town.sync()


def test_one_listing_long_after_is_no_second_one(town: "Town") -> None:
    town.sync()
    town.repository("frontend").delete("feature/login")
    town.later(days=3)
    assert town.outcomes()[LOGIN] == "nothing"
    state, reason = town.lives()[LOGIN]
    assert state == "live"
    assert reason.endswith("it dies when it is still missing at 2026-03-04T12:10:00Z")


def test_a_branch_that_is_back_within_the_grace_was_never_gone(town: "Town") -> None:
    town.sync()
    before = town.files()
    repository = town.repository("frontend")
    repository.delete("feature/login")
    town.later(minutes=1)
    town.sync()
    repository.branch("feature/login")
    town.later(minutes=20)
    assert set(town.outcomes().values()) == {"nothing"}
    town.later(minutes=20)
    assert set(town.outcomes().values()) == {"nothing"}
    assert town.files() == before


def test_while_the_repository_is_silent_no_grace_runs(town: "Town") -> None:
    town.sync()
    repository = town.repository("frontend")
    repository.delete("feature/login")
    town.later(minutes=1)
    town.sync()
    away = repository.path.rename(repository.path.with_name("away"))
    town.later(days=1)
    assert town.outcomes()[LOGIN] == "nothing"
    away.rename(repository.path)
    assert town.outcomes()[LOGIN] == "done"


def test_what_is_not_ours_outlives_the_environment(town: "Town") -> None:
    town.sync()
    namespace = town.village.deployed / folder(town, LOGIN)
    (namespace / "notes.txt").write_text("mine\n")
    (namespace / "configmap-mine.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n")
    town.repository("frontend").delete("feature/login")
    town.later(minutes=11)
    town.sync()
    town.later(minutes=11)
    assert town.sync()[LOGIN].detail == "run 2 (teardown): 11 deleted"
    assert sorted(path.name for path in namespace.iterdir()) == ["configmap-mine.yaml", "notes.txt"]


def test_a_branch_that_comes_back_after_the_death_is_a_birth(town: "Town") -> None:
    town.sync()
    before = town.manifests()
    repository = town.repository("frontend")
    repository.branch("kept", "feature/login")
    repository.delete("feature/login")
    for _ in range(2):
        town.later(minutes=11)
        town.sync()
    repository.branch("feature/login", "kept")
    report = town.sync()[LOGIN]
    assert report.outcome == "done"
    assert town.manifests() == before
    assert town.record(LOGIN).born == town.clock.now()


def test_a_permanent_environment_outlives_its_branch(town: "Town") -> None:
    town.sync()
    repository = town.repository("frontend")
    repository.git("checkout", "--quiet", "feature/login")
    repository.git("branch", "--quiet", "-D", "main")
    before = town.files()
    for _ in range(3):
        town.later(days=1)
        town.sync()
    state, reason = town.lives()["frontend/production"]
    assert state == "refused"
    assert "a permanent environment dies by a person's command only" in reason
    assert town.files() == before


def test_a_repository_without_any_branch_is_not_believed(town: "Town") -> None:
    town.sync()
    before = town.files()
    git = town.repository("frontend").path / ".git"
    for branch in ("feature/login", "main"):
        (git / "refs/heads" / branch).unlink()
    for _ in range(3):
        town.later(days=1)
        town.sync()
    assert "lists no branch at all, which is not believed" in town.lives()[LOGIN][1]
    assert town.files() == before


def test_a_rule_that_is_taken_away_kills_nothing(town: "Town") -> None:
    town.sync()
    before = town.files()
    town.settings(f"    - {RULE}}}\n", "")
    for _ in range(3):
        town.later(days=1)
        assert LOGIN not in town.sync()
    assert "no rule of config.yaml makes it any longer" in town.lives()[LOGIN][1]
    assert town.files() == before


def test_what_a_person_tore_down_is_not_born_again_by_the_same_head(town: "Town") -> None:
    town.settings(RULE, f"{RULE}, recreate: true")
    town.sync()
    report = town.sync(LOGIN, doomed="nobody needs it")[LOGIN]
    assert (report.outcome, report.detail) == ("done", "run 2 (teardown): 11 deleted")
    town.later(hours=1)
    assert LOGIN not in town.sync()
    assert "nobody needs it) and its head is still" in town.lives()[LOGIN][1]
    town.repository("frontend").commit({"README": "again\n"}, branch="feature/login")
    assert town.outcomes()[LOGIN] == "done"


def test_without_recreate_a_newer_head_is_not_born_either(town: "Town") -> None:
    town.sync()
    town.sync(LOGIN, doomed="nobody needs it")
    town.repository("frontend").commit({"README": "again\n"}, branch="feature/login")
    assert LOGIN not in town.sync()
    assert "the rule must say `recreate: true`" in town.lives()[LOGIN][1]


def test_a_branch_that_is_pushed_anew_is_born_after_a_teardown(town: "Town") -> None:
    town.sync()
    town.sync(LOGIN, doomed="nobody needs it")
    repository = town.repository("frontend")
    repository.branch("kept", "feature/login")
    repository.delete("feature/login")
    for _ in range(2):
        town.later(minutes=11)
        town.sync()
    repository.branch("feature/login", "kept")
    assert town.outcomes()[LOGIN] == "done"


@pytest.mark.parametrize("store", ["kept", "lost"])
def test_a_tombstone_survives_the_loss_of_the_store(town: "Town", store: str) -> None:
    town.sync()
    town.sync(LOGIN, doomed="nobody needs it")
    if store == "lost":
        for path in town.village.root.glob("state.db*"):
            path.unlink()
    assert LOGIN not in town.sync()
    assert "nobody needs it" in town.lives()[LOGIN][1]


def test_at_most_keeps_the_living_and_admits_the_oldest_head_first(town: "Town") -> None:
    town.settings(RULE, f"{RULE}, at_most: 2")
    town.sync()
    repository = town.repository("frontend")
    for day, name in (("02", "young"), ("01", "old")):
        os.environ["GIT_COMMITTER_DATE"] = f"2020-01-{day}T00:00:00Z"
        repository.git("checkout", "--quiet", "main")
        repository.commit({}, branch=f"feature/{name}")
    assert town.outcomes() == {"frontend/production": "nothing", LOGIN: "nothing", "frontend/feature/old": "done"}
    state, reason = town.lives()["frontend/feature/young"]
    assert state == "refused"
    assert "admits at most 2, and as many are there or have an older head" in reason
