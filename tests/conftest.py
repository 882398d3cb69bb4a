"""Guards for every test: no home of the user's, no git configuration of the machine, UTC only where a test says otherwise."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.main import call
from tests.controlplane.fixtures import cluster, plane, proxy

__all__ = ["cluster", "plane", "proxy"]

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"

_GIT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the homes of all tests."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def guards(homes: Path) -> Iterator[None]:
    """An empty home and fixed git settings, put back afterwards."""
    before = dict(os.environ)
    os.environ.update(_GIT, HOME=tempfile.mkdtemp(dir=homes))
    for name in [name for name in os.environ if name.startswith("RECONCILER_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real files of strangers, beside the checkout."""
    if not CORPUS.is_dir():
        pytest.skip(f"the corpus of real files is not at {CORPUS}")
    return CORPUS


DEMO = Path(__file__).resolve().parent.parent / "reconciler" / "cli" / "demo_files"


class Repository:
    """A real git repository with a work tree, changed by real commits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        if not (path / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Run git here and give back what it prints."""
        done = subprocess.run(["git", "-C", str(self.path), *arguments], capture_output=True, check=True, text=True)
        return done.stdout.strip()

    def commit(self, files: dict[str, str | None], *, branch: str = "main", message: str = "Change") -> str:
        """Write files (`None` removes one) on a branch, made from the present one where there is none; the new commit."""
        if self.git("branch", "--show-current") != branch:
            known = self.git("branch", "--list", branch)
            self.git("checkout", "--quiet", *([branch] if known else ["-b", branch]))
        for name, text in files.items():
            path = self.path / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "main") -> None:
        """A new branch."""
        self.git("branch", name, start)

    def delete(self, branch: str) -> None:
        """Remove a branch, as a hosting provider does after a merge."""
        if self.git("branch", "--show-current") == branch:
            self.git("checkout", "--quiet", "main")
        self.git("branch", "--quiet", "-D", branch)


@dataclass(frozen=True)
class Answer:
    """What a command line printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


class Village:
    """A folder with repositories, a config.yaml and a directory target, and the command line to run there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.deployed = root / "deployed"
        self.config = root / "config.yaml"

    def repository(self, name: str) -> Repository:
        """The repository of an application."""
        return Repository(self.root / "repositories" / name)

    def configure(self, text: str) -> None:
        """Write config.yaml."""
        self.config.write_text(text)

    def call(self, *arguments: str) -> Answer:
        """Run one command line in this process."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = call(list(arguments))
        return Answer(code, out.getvalue(), err.getvalue())

    def run(self, *arguments: str) -> Answer:
        """Run one command with this village's config."""
        return self.call(*arguments, "--config", str(self.config))

    def manifests(self) -> dict[str, bytes]:
        """Every manifest that was written, by its path."""
        return {str(path.relative_to(self.deployed)): path.read_bytes() for path in sorted(self.deployed.rglob("*.yaml"))}

    def files(self) -> dict[str, tuple[int, bytes]]:
        """Every file of the target with its time of change."""
        return {
            str(path.relative_to(self.deployed)): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(self.deployed.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the first village, of which all others are copies: git takes longer to make one than many a test takes."""
    return tmp_path_factory.mktemp("founded")


@pytest.fixture
def village(tmp_path: Path, founded: Path) -> Village:
    """The demo's three repositories and config, not reconciled yet."""
    first = founded / "village"
    if not first.exists():
        _found(Village(first))
    shutil.copytree(first, tmp_path / "village")
    return Village(tmp_path / "village")


def _found(made: Village) -> None:
    for name in ("frontend", "backend", "notifier"):
        source = DEMO / name
        files: dict[str, str | None] = {
            str(path.relative_to(source)): path.read_text() for path in sorted(source.rglob("*")) if path.is_file()
        }
        made.repository(name).commit(files, message=f"Begin {name}")
    for name, branch in (("frontend", "feature/login"), ("backend", "feature/login"), ("notifier", "stable")):
        made.repository(name).branch(branch)
    made.configure((DEMO / "config.yaml").read_text())
