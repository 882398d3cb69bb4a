"""A repository that does not answer: its last known refs are in force, nothing is deleted, and it is said."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village


def away(village: "Village", application: str) -> Path:
    """Move a repository away, as a host that is down does."""
    path = village.repository(application).path
    return path.rename(path.with_name(f"{application}-away"))


@pytest.mark.parametrize("application", ["frontend", "backend", "notifier"])
def test_environments_stay_while_a_repository_is_silent(village: "Village", application: str) -> None:
    village.run("sync")
    before = village.files()
    there = away(village, application)
    answer = village.run("sync")
    assert answer.code == 1
    assert answer.out.startswith(f"{application}: stale, its refs of ")
    assert "cannot be read: there is no repository" in answer.out
    assert "check the address\nnothing to do in 2 environments\n" in answer.out
    assert village.files() == before
    there.rename(village.root / "repositories" / application)
    answer = village.run("sync")
    assert (answer.code, answer.out) == (0, "nothing to do in 2 environments\n")
    assert village.files() == before


def test_a_silent_repository_keeps_no_other_from_changing(village: "Village") -> None:
    village.run("sync")
    away(village, "backend")
    village.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    answer = village.run("sync")
    assert answer.code == 1
    assert "✓ frontend/feature/login  run 2 (patch): 1 updated\n" in answer.out


def test_a_member_says_that_it_is_stale(village: "Village") -> None:
    village.run("sync")
    away(village, "backend")
    answer = village.run("imports", "show", "frontend/production", "--output", "json")
    assert answer.code == 1
    stale = {member["application"]: member["stale"] for member in answer.json["environments"][0]["members"]}
    assert stale.pop("backend").startswith("the repository did not answer (")
    assert stale == {"notifier": None, "frontend": None}
    assert answer.err.startswith("backend: stale, its refs of ")


@pytest.mark.parametrize("command", ["plan", "status"])
def test_looking_says_what_it_could_not_see(village: "Village", command: str) -> None:
    village.run("sync")
    away(village, "notifier")
    answer = village.run(command)
    assert answer.code == 1
    assert "notifier: stale, its refs of " in answer.out


def test_a_repository_that_never_answered_gives_no_environment(village: "Village") -> None:
    away(village, "frontend")
    answer = village.run("sync")
    assert answer.code == 1
    assert answer.out.startswith("frontend: nothing is known of its refs; repository ")
    assert not village.deployed.exists()


def test_a_member_that_never_answered_is_a_problem_at_the_line_that_imports_it(village: "Village") -> None:
    away(village, "backend")
    answer = village.run("sync")
    assert answer.code == 1
    assert ".release/application_template.yaml:6:9: error R505 backend is not known yet" in answer.out
    assert village.manifests() == {}


def test_a_repository_that_is_broken_is_silent(village: "Village") -> None:
    village.run("sync")
    before = village.files()
    (village.repository("backend").path / ".git" / "HEAD").write_text("nonsense\n")
    answer = village.run("sync")
    assert answer.code == 1
    assert answer.out.startswith("backend: stale, its refs of ")
    assert village.files() == before


def test_offline_asks_nobody_and_is_no_problem(village: "Village") -> None:
    village.run("sync")
    for application in ("frontend", "backend", "notifier"):
        away(village, application)
    for command in ("plan", "status", "sync"):
        answer = village.run(command, "--offline")
        assert answer.code == 0
        assert "are in force; remotes were not asked (--offline)\n" in answer.out
