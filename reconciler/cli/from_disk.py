"""Subjects from the local disk: folders are repositories, files are what they hold; one file may come from standard input."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.cli.subjects import Request, Subject, name_of
from reconciler.cli.work_tree import LARGEST, is_folder, read_below, read_file
from reconciler.model.place import Origin
from reconciler.plan.check import Repository
from reconciler.spec.release_file import PATH


@contextmanager
def opened(request: Request) -> Iterator[tuple[Subject, ...]]:
    """The subjects of the paths; of the folder here where there are none."""
    if request.standard_input is not None:
        yield (_from_standard_input(request.standard_input),)
    else:
        yield tuple(_subject(path) for path in request.paths or (Path(),))


def _subject(path: Path) -> Subject:
    if path.name == PATH and not is_folder(path):
        return Subject(repository=_repository(path.parent), folder=path.parent)
    if is_folder(path):
        return Subject(repository=_repository(path), folder=path)
    return Subject(repository=_alone(path), file=path.name, folder=path.parent)


def _repository(folder: Path) -> Repository:
    def read(name: str) -> bytes | None:
        return read_below(folder, name)

    def origin(name: str) -> Origin:
        return Origin(name if folder == Path() else str(folder / name))

    return Repository(name=name_of(folder), where=str(folder), read=read, origin=origin)


def _alone(path: Path) -> Repository:
    """A single file, wherever its links lead: it was named by a person, not by a repository."""

    def read(_: str) -> bytes:
        return read_file(path, str(path))

    return Repository(name=name_of(path.parent), where=str(path), read=read, origin=lambda _: Origin(str(path)))


def _from_standard_input(path: Path) -> Subject:
    """The file as it was typed, in place of the one on the disk: judged as part of its repository where that names it."""
    typed = sys.stdin.buffer.read(LARGEST + 2)
    whole = Path(os.path.normpath(path.absolute()))
    for folder in whole.parents:
        if whole.name == PATH or os.path.lexists(folder / PATH):
            return _overlaid(_repository(folder), whole.relative_to(folder).as_posix(), path=path, typed=typed)
    repository = Repository(name=name_of(path.parent), where=str(path), read=lambda _: typed, origin=lambda _: Origin(str(path)))
    return Subject(repository=repository, file=path.name, folder=path.parent)


def _overlaid(below: Repository, name: str, *, path: Path, typed: bytes) -> Subject:
    def read(asked: str) -> bytes | None:
        return typed if asked == name else below.read(asked)

    def origin(asked: str) -> Origin:
        return Origin(str(path)) if asked == name else below.origin(asked)

    repository = Repository(name=below.name, where=below.where, read=read, origin=origin)
    return Subject(repository=repository, only=name, folder=Path(below.where))
