"""What `validate` is asked to check, and where it is read from: the local disk, the index, a revision, a remote."""

import importlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reconciler.model.ids import AppName, Ref
from reconciler.model.names import as_label
from reconciler.model.place import Origin
from reconciler.model.problem import Problem
from reconciler.plan.check import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for. `companions` are the repositories of `--with`, by their applications."""

    paths: tuple[Path, ...] = ()
    staged: bool = False
    revision: str | None = None
    remote: str | None = None
    standard_input: Path | None = None
    config: Path | None = None
    companions: Mapping[str, str] = field(default_factory=dict)
    application: str | None = None
    branch: str | None = None
    offline: bool = False

    @property
    def graph(self) -> bool:
        """Whether imports are to be resolved."""
        return self.config is not None or bool(self.companions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing to check: a repository as a whole, or one `file` of it alone.

    `folder` is where it lies on the disk, `address` where it comes from; either may be `None`. `branch` is the one that it is
    a state of. Problems of another file than `only` are not told.
    """

    repository: Repository
    file: str | None = None
    only: str | None = None
    folder: Path | None = None
    address: str | None = None
    branch: Ref | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and the content of every file that was read."""

    problems: tuple[Problem, ...]
    sources: Mapping[Origin, bytes]


Opening = Callable[[Request], AbstractContextManager[tuple[Subject, ...]]]
Graph = Callable[[tuple[Subject, ...], Request], tuple[Problem, ...]]

_OPENINGS: Final = {
    "disk": "from_disk",
    "stdin": "from_disk",
    "staged": "from_git",
    "revision": "from_git",
    "remote": "from_remote",
}


def opening(request: Request) -> Opening:
    """How the subjects are read; whatever needs git is imported only where it is asked for, so that `validate` starts fast."""
    ways = (("remote", request.remote), ("revision", request.revision), ("staged", request.staged))
    way = next((name for name, asked in ways if asked), "disk")
    found: Opening = importlib.import_module(f"reconciler.cli.{_OPENINGS[way]}").opened
    return found


def graph() -> Graph:
    """How imports are resolved; imported only where that is asked for."""
    found: Graph = importlib.import_module("reconciler.cli.graph").resolved
    return found


def name_of(folder: Path) -> AppName:
    """The application that a folder is most likely called after."""
    plain = folder.name not in {"", ".."} and not folder.is_symlink()
    return AppName(as_label(folder.name if plain else folder.absolute().resolve().name) or "application")
