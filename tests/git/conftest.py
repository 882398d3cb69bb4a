"""Builders for the tests of mirrors: real repositories, an installation over them, and what processes there are."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from git import Repo

from reconciler.git.limits import Deadlines
from reconciler.git.mirrors import Mirrors
from reconciler.model.ids import AppName, Commit
from reconciler.model.place import Origin, whole_file
from reconciler.model.settings import Allowance, Application, Credentials, Installation, PruneLimits

PLACE = whole_file(Origin("config.yaml"))


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Repo]]:
    """An empty repository with a work tree, whose branch is `main`."""
    made: list[Repo] = []

    def build(name: str) -> Repo:
        made.append(Repo.init(tmp_path / "origins" / name, initial_branch="main"))
        return made[-1]

    yield build
    for repository in made:
        repository.close()


@pytest.fixture
def commit() -> Callable[[Repo, Mapping[str, str | bytes]], Commit]:
    """Write files and commit them on the branch that is checked out."""

    def build(repository: Repo, files: Mapping[str, str | bytes]) -> Commit:
        for path, content in files.items():
            file = Path(repository.working_dir) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        repository.git.execute(["git", "add", "--all"])
        repository.git.execute(["git", "commit", "--quiet", "--allow-empty", "-m", "A change"])
        return Commit(repository.git.execute(["git", "rev-parse", "HEAD"]))

    return build


@pytest.fixture
def installation(tmp_path: Path) -> Callable[..., Installation]:
    """An installation with these repositories, by application."""

    def build(
        repositories: Mapping[str, str | Path], *, allow_local: bool = True, credentials: Credentials | None = None
    ) -> Installation:
        applications = {
            AppName(name): Application(
                place=PLACE,
                name=AppName(name),
                repository=str(address),
                target="files",
                credentials=credentials,
                allow=Allowance(place=PLACE),
            )
            for name, address in repositories.items()
        }
        return Installation(
            place=PLACE,
            name="main",
            store=tmp_path / "state.db",
            mirrors=tmp_path / "mirrors",
            allow_local=allow_local,
            targets={},
            secret_stores={},
            applications=applications,
            every=timedelta(minutes=1),
            workers=1,
            prune=PruneLimits(place=PLACE),
        )

    return build


@pytest.fixture
def mirrors_of(installation: Callable[..., Installation]) -> Iterator[Callable[..., Mirrors]]:
    """Mirrors of these repositories, closed at the end."""
    made: list[Mirrors] = []

    def build(repositories: Mapping[str, str | Path], *, deadlines: Deadlines | None = None, **settings: object) -> Mirrors:
        made.append(Mirrors(installation(repositories, **settings), deadlines=deadlines))
        return made[-1]

    yield build
    for mirrors in made:
        mirrors.close()


@pytest.fixture
def processes(tmp_path: Path) -> Callable[..., list[str]]:
    """The command lines of all processes that speak of this test's folder or of the words given, whoever their parent is.

    A process that lost its parent is nobody's child, and is what these tests look for. One that was just killed may take a moment
    to be gone, for which `settle` waits.
    """

    def build(*words: str, settle: float = 0.0) -> list[str]:
        told, until = (str(tmp_path), *words), time.monotonic() + settle
        while found := sorted(line for line in map(_told, Path("/proc").glob("[0-9]*")) if any(word in line for word in told)):
            if time.monotonic() > until:
                break
            time.sleep(0.02)
        return found

    return build


@pytest.fixture
def git_calls(tmp_path: Path) -> Callable[[], list[str]]:
    """From now on git is run through a script that writes down each command's words before it runs the real one."""
    log, folder = tmp_path / "calls.log", tmp_path / "bin"
    folder.mkdir()
    real = next(path for part in os.environ["PATH"].split(":") if (path := Path(part) / "git").exists())
    script = folder / "git"
    script.write_text(f'#!/bin/sh\nprintf "%s " "$@" | tr "\\n" " " >> {log}\necho >> {log}\nexec {real} "$@"\n')
    script.chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    return lambda: log.read_text().splitlines() if log.exists() else []


def _told(process: Path) -> str:
    """What a process was called with, and the repository that its environment names."""
    try:
        words = process.joinpath("cmdline").read_bytes().replace(b"\0", b" ")
        named = [line for line in process.joinpath("environ").read_bytes().split(b"\0") if line.startswith(b"GIT_DIR=")]
    except OSError:
        return ""
    return b" ".join([words, *named]).decode("utf-8", "replace") if words else ""
