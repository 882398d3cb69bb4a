"""The store is history and index: losing it, or going back to an old one, changes nothing at the target."""

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.reconcile.conftest import Town

LOGIN = "frontend/feature/login"


def lose(town: "Town") -> None:
    """The store and what lies beside it are gone."""
    for path in town.village.root.glob("state.db*"):
        path.unlink()


def push(town: "Town") -> None:
    """A commit that is deployed, a job run with it."""
    town.edit("backend", "[bin/migrate]", "[bin/migrate, up]", branch="feature/login")
    town.edit("frontend", "value: green", "value: red", branch="feature/login", file=".release/environment_variables.yaml")
    assert town.outcomes()[LOGIN] == "done"


def test_a_lost_store_changes_nothing(town: "Town") -> None:
    town.sync()
    push(town)
    before = town.files()
    lose(town)
    assert set(town.outcomes().values()) == {"nothing"}
    assert town.files() == before


def test_an_old_copy_of_the_store_changes_nothing(town: "Town") -> None:
    town.sync()
    store = town.village.root / "state.db"
    shutil.copy(store, store.with_name("old.db"))
    town.later(hours=1)
    push(town)
    before = town.files()
    shutil.copy(store.with_name("old.db"), store)
    town.later(hours=1)
    assert set(town.outcomes().values()) == {"nothing"}
    assert town.files() == before


def test_an_old_copy_of_the_store_raises_nobody_from_the_dead(town: "Town") -> None:
    town.sync()
    store = town.village.root / "state.db"
    shutil.copy(store, store.with_name("old.db"))
    town.repository("frontend").delete("feature/login")
    for _ in range(2):
        town.later(minutes=11)
        town.sync()
    before = town.files()
    shutil.copy(store.with_name("old.db"), store)
    for _ in range(3):
        town.later(minutes=11)
        assert town.outcomes() == {"frontend/production": "nothing"}
    assert town.files() == before


def test_a_lost_store_kills_nobody_before_a_whole_grace(town: "Town") -> None:
    town.sync()
    town.repository("frontend").delete("feature/login")
    town.later(minutes=5)
    town.sync()
    lose(town)
    town.later(minutes=6)
    before = town.files()
    town.sync()
    town.later(minutes=9)
    town.sync()
    assert town.files() == before
    town.later(minutes=1)
    assert town.outcomes()[LOGIN] == "done"


def test_what_was_edited_by_hand_meanwhile_is_put_back_all_the_same(town: "Town") -> None:
    town.sync()
    before = town.manifests()
    lose(town)
    web = next(iter(town.village.deployed.glob("*/deployment-web.yaml")))
    web.write_text(web.read_text().replace("replicas: ", "replicas: 9"))
    reports = town.sync()
    assert sorted(report.outcome.value for report in reports.values()) == ["done", "nothing"]
    assert town.manifests() == before


@pytest.mark.parametrize("loss", ["lost", "old"])
def test_the_numbers_of_runs_go_on(town: "Town", loss: str) -> None:
    town.sync()
    store = town.village.root / "state.db"
    shutil.copy(store, store.with_name("old.db"))
    push(town)
    if loss == "lost":
        lose(town)
    else:
        shutil.copy(store.with_name("old.db"), store)
    town.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    report = town.sync()[LOGIN]
    assert report.run is not None
    assert report.run.number == 3
    assert town.record(LOGIN).last_run == 3


@pytest.mark.parametrize("removed", ["record", "all records"])
def test_a_lost_record_is_written_anew_and_no_object_with_it(town: "Town", removed: str) -> None:
    town.sync()
    before = {name: state for name, state in town.files().items() if name.endswith(".yaml")}
    record = town.record(LOGIN)
    records = town.village.deployed.glob("*/.reconciler/record.json")
    for path in [path for path in records if removed == "all records" or path.parent.parent.name == record.namespace]:
        path.unlink()
    town.later(days=1)
    town.sync()
    assert {name: state for name, state in town.files().items() if name.endswith(".yaml")} == before
    again = town.record(LOGIN)
    assert (again.objects, again.members, [job.name for job in again.jobs]) == (
        record.objects,
        record.members,
        [job.name for job in record.jobs],
    )


def test_a_lost_mirror_is_fetched_again(town: "Town") -> None:
    town.sync()
    before = town.files()
    shutil.rmtree(town.village.root / "mirrors")
    assert set(town.outcomes().values()) == {"nothing"}
    assert town.files() == before


def statements(town: "Town") -> dict[str, list[str]]:
    """Everything that the store holds, by table; listings without their times, which are written with the pass's line."""
    held: dict[str, list[str]] = {}
    with closing(sqlite3.connect(town.village.root / "state.db")) as connection:
        for statement in connection.iterdump():
            words = statement.split('"')
            if words[0] == "INSERT INTO " and words[1] not in {"applications", "sqlite_sequence"}:
                held.setdefault(words[1], []).append(statement)
    return held


def test_a_pass_over_what_is_as_wanted_adds_its_own_line_and_nothing_else(town: "Town") -> None:
    town.sync()
    before = statements(town)
    town.later(minutes=1)
    town.sync()
    after = statements(town)
    assert after.pop("passes")[:-1] == before.pop("passes")
    assert after == before
    assert {"environments", "runs", "refs"} <= set(before)
