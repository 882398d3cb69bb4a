"""The hook under the real pre-commit, in a real repository: what is staged is what is checked."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Repository, Village

ROOT = Path(__file__).resolve().parent.parent.parent
HOOKS = ".pre-commit-hooks.yaml"
TEMPLATE = ".release/application_template.yaml"
BAD = "error R101 services[web]: key 'has_repoo' is unknown"
ENVIRON = dict(os.environ)
"""Other fixtures give each test an empty home; how packages are installed may be said in the user's."""

Commit = Callable[..., tuple[int, str]]


@pytest.fixture
def commit(village: "Village") -> Commit:
    """Commit what is staged in the frontend; the exit code and what git and its hooks print."""

    def run(*arguments: str) -> tuple[int, str]:
        command = ["git", "commit", "--message", "Change", *arguments]
        done = subprocess.run(
            command, cwd=village.repository("frontend").path, capture_output=True, check=False, env=environ(village), text=True
        )
        return done.returncode, done.stdout + done.stderr

    return run


def environ(village: "Village") -> dict[str, str]:
    """Where pre-commit keeps its things, and where it finds the programs of this environment."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PRE_COMMIT_HOME": str(village.root / "pre-commit"), "PATH": programs}


def hooked(village: "Village", hooks: "Repository", *, environment: dict[str, str]) -> "Repository":
    """The frontend with the hook of a repository of hooks installed."""
    frontend = village.repository("frontend")
    config = f"repos:\n- repo: {hooks.path}\n  rev: {hooks.git('rev-parse', 'HEAD')}\n  hooks:\n  - id: reconciler-validate\n"
    frontend.commit({".pre-commit-config.yaml": config})
    program = [sys.executable, "-m", "pre_commit", "install", "--install-hooks"]
    subprocess.run(program, cwd=frontend.path, capture_output=True, check=True, env=environment)
    return frontend


@pytest.fixture
def frontend(village: "Village") -> "Repository":
    """The frontend with our hook, which runs the program of this environment instead of one that is installed for it."""
    hooks = village.repository("hooks")
    hooks.commit({HOOKS: (ROOT / HOOKS).read_text().replace("language: python", "language: system")})
    return hooked(village, hooks, environment=environ(village))


def spoil(repository: "Repository") -> None:
    """Plant a mistake in the template's file."""
    path = repository.path / TEMPLATE
    path.write_text(path.read_text().replace("has_repo:", "has_repoo:"))


def test_a_good_commit_goes_through_whatever_it_touches(frontend: "Repository", commit: Commit) -> None:
    (frontend.path / "README").write_text("hello\n")
    frontend.git("add", "README")
    code, words = commit()
    assert code == 0
    assert "reconciler validate" in words
    assert "Passed" in words


def test_a_mistake_that_is_staged_stops_the_commit(frontend: "Repository", commit: Commit) -> None:
    spoil(frontend)
    frontend.git("add", TEMPLATE)
    before = frontend.git("rev-parse", "HEAD")
    code, words = commit()
    assert code == 1
    assert f"{TEMPLATE}:21:3: {BAD}" in words
    assert frontend.git("rev-parse", "HEAD") == before


@pytest.mark.slow
def test_a_mistake_that_was_mended_after_it_was_staged_stops_the_commit(frontend: "Repository", commit: Commit) -> None:
    good = (frontend.path / TEMPLATE).read_text()
    spoil(frontend)
    frontend.git("add", TEMPLATE)
    (frontend.path / TEMPLATE).write_text(good)
    code, words = commit()
    assert code == 1
    assert BAD in words
    assert (frontend.path / TEMPLATE).read_text() == good


@pytest.mark.slow
def test_a_mistake_that_is_not_staged_stops_nothing(frontend: "Repository", commit: Commit) -> None:
    (frontend.path / "README").write_text("hello\n")
    frontend.git("add", "README")
    spoil(frontend)
    assert commit()[0] == 0


@pytest.mark.slow
def test_a_template_that_was_never_added_stops_the_commit(frontend: "Repository", commit: Commit) -> None:
    (frontend.path / ".release.yaml").write_text("application_template: new.yaml\n")
    (frontend.path / "new.yaml").write_text((frontend.path / TEMPLATE).read_text())
    frontend.git("add", ".release.yaml")
    code, words = commit()
    assert code == 1
    assert "error R251 new.yaml is not in the repository" in words
    frontend.git("add", "new.yaml")
    assert commit()[0] == 0


@pytest.mark.slow
def test_a_commit_of_all_that_changed_is_checked_as_such(frontend: "Repository", commit: Commit) -> None:
    spoil(frontend)
    code, words = commit("--all")
    assert code == 1
    assert BAD in words
    code, words = commit(TEMPLATE)
    assert code == 1
    assert BAD in words


@pytest.mark.slow
def test_pre_commit_installs_the_hook_from_its_repository(village: "Village", commit: Commit) -> None:
    hooks = village.repository("hooks")
    for name in ("pyproject.toml", "README.md", HOOKS):
        shutil.copy(ROOT / name, hooks.path / name)
    shutil.copytree(ROOT / "reconciler", hooks.path / "reconciler", ignore=shutil.ignore_patterns("__pycache__"))
    hooks.commit({})
    environment = {**ENVIRON, "PRE_COMMIT_HOME": environ(village)["PRE_COMMIT_HOME"]}
    try:
        frontend = hooked(village, hooks, environment=environment)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"pre-commit cannot install a package here: {error.stdout[-300:]!r}")
    installed = list((village.root / "pre-commit").glob("repo*/py_env-*/bin/reconciler"))
    assert len(installed) == 1
    spoil(frontend)
    code, words = commit("--all")
    assert code == 1
    assert f"{TEMPLATE}:21:3: {BAD}" in words
    done = subprocess.run([installed[0], "validate", "--explain", "R101"], capture_output=True, check=True, text=True)
    assert done.stdout.startswith("# R101: ")
