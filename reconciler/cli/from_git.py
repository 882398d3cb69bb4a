"""Subjects from the repository here: what is staged, or a revision."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from reconciler.cli.subjects import Request, Subject, name_of
from reconciler.cli.work_tree import is_folder
from reconciler.git.local import LocalRepository
from reconciler.model.ids import AppName, Commit, Ref, branch_ref
from reconciler.model.place import Origin
from reconciler.plan.check import Read, Repository
from reconciler.spec.release_file import PATH


@contextmanager
def opened(request: Request) -> Iterator[tuple[Subject, ...]]:
    """The subjects of the paths as git has them. Raises `Missing` where one is in no repository, or has no such revision."""
    with ExitStack() as stack:
        yield tuple(_subject(path, request, stack=stack) for path in request.paths or (Path(),))


def _subject(path: Path, request: Request, *, stack: ExitStack) -> Subject:
    folder = path if is_folder(path) else path.parent
    local = stack.enter_context(LocalRepository(folder))
    commit = local.commit(request.revision) if request.revision is not None else None
    below = folder.resolve().relative_to(local.top)
    name = name_of(folder)
    repository = Repository(
        name=name,
        where=f"{folder} at {request.revision}" if commit else f"{folder}, as it is staged,",
        read=_reading(local, below, commit=commit),
        origin=_calling(folder, name, commit=commit),
    )
    alone = path.name if path.name != PATH and not is_folder(path) else None
    return Subject(
        repository=repository, file=alone, folder=folder, address=str(local.top), branch=_branch(local, request.revision)
    )


def _reading(local: LocalRepository, below: Path, *, commit: Commit | None) -> Read:
    def read(name: str) -> bytes | None:
        path = (below / name).as_posix()
        return local.staged(path) if commit is None else local.at(commit, path)

    return read


def _calling(folder: Path, name: AppName, *, commit: Commit | None) -> Callable[[str], Origin]:
    def origin(path: str) -> Origin:
        if commit is not None:
            return Origin(path, name, commit)
        return Origin(path if folder == Path() else str(folder / path))

    return origin


def _branch(local: LocalRepository, revision: str | None) -> Ref | None:
    """The branch that a revision names, or the one that is checked out."""
    if revision is None or revision == "HEAD":
        return local.branch()
    return branch_ref(revision) if local.has(branch_ref(revision)) else None
