"""What `validate` is asked to check, and where it is read from: the local disk, the index, a revision, a remote."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reconciler.model.ids import AppName, Ref
from reconciler.model.names import as_label
from reconciler.model.place import Origin
from reconciler.model.problem import Problem
from reconciler.plan.check import Repository

_MANY: Final = 50
"""How many paths one process checks in the time that starting others takes."""


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

    @property
    def many(self) -> bool:
        """Whether there is so much to read from the disk that several processes are worth starting."""
        from_disk = not (self.staged or self.revision or self.remote or self.standard_input)
        return from_disk and not self.graph and len(self.paths) >= _MANY


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


def joined(parts: Iterable[Checked]) -> Checked:
    """Several answers as one: each problem once, the first of each first."""
    found = tuple(parts)
    problems = dict.fromkeys(problem for part in found for problem in part.problems)
    return Checked(tuple(problems), {origin: source for part in found for origin, source in part.sources.items()})


Opening = Callable[[Request], AbstractContextManager[tuple[Subject, ...]]]
Checking = Callable[[Request], Checked]
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


def sharing() -> Callable[[Request, Checking], Checked]:
    """How many paths are checked by several processes; imported only where there are many."""
    found: Callable[[Request, Checking], Checked] = importlib.import_module("reconciler.cli.many").shared
    return found


def graph() -> Graph:
    """How imports are resolved; imported only where that is asked for."""
    found: Graph = importlib.import_module("reconciler.cli.graph").resolved
    return found


def name_of(folder: Path) -> AppName:
    """The application that a folder is most likely called after."""
    plain = folder.name not in {"", ".."} and not folder.is_symlink()
    return AppName(as_label(folder.name if plain else folder.absolute().resolve().name) or "application")
