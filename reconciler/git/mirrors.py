"""The mirrors of all applications: refs, files and kept commits, one listing per repository and pass."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from datetime import datetime
from typing import Final

from reconciler.git.address import Address, parse_address
from reconciler.git.credentials import access_to
from reconciler.git.limits import Deadlines
from reconciler.git.mirror import Mirror
from reconciler.git.objects import CommitFacts
from reconciler.git.paths import read_path
from reconciler.git.process import check_git
from reconciler.model.errors import Missing, ReconcilerError, Unreachable
from reconciler.model.ids import AppName, Commit, EnvId, short_commit
from reconciler.model.ports import NO_OTHERS, Others
from reconciler.model.refs import Listing
from reconciler.model.settings import Application, Credentials, Installation

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


class Mirrors:
    """Reads repositories through mirrors below `installation.mirrors`; safe for threads.

    Fulfils `RefLister`, `FileReader` and `CommitKeeper`. `close` ends every process that was kept.
    """

    def __init__(self, installation: Installation, *, deadlines: Deadlines | None = None) -> None:
        self._installation = installation
        self._deadlines = deadlines or Deadlines()
        self._lock = threading.Lock()
        self._mirrors: dict[Address, Mirror] = {}
        self._answers: dict[tuple[Address, Credentials | None], Future[Listing]] = {}
        self._checked = False

    def begin(self) -> None:
        """A new pass: each remote is asked once more, however many applications share it."""
        with self._lock:
            self._answers = {}
            for mirror in self._mirrors.values():
                mirror.begin()

    def list(self, application: AppName) -> Listing:
        """The refs of the application's remote, whose objects are in the mirror afterwards.

        Raises `Unreachable` where it did not answer, `Refused` where it or we said no, `Busy` where another process holds the
        mirror, `NoSpace` where it cannot be written. The first answer of a pass holds for all of it.
        """
        settings = self._settings(application)
        mirror = self._mirror(settings)
        key = (mirror.address, settings.credentials)
        with self._lock:
            first = key not in self._answers
            answer = self._answers.setdefault(key, Future())
        if first:
            _fulfil(answer, lambda: self._ask(mirror, settings))
        return _answered(answer)

    def files(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> Mapping[str, bytes | None]:
        """The files by path as written, `None` for one that is not there.

        Raises `Missing` where the commit is not in the mirror, `Refused` for paths that are no plain file inside the repository
        or beyond the limit, `Unreachable` where the mirror is damaged.
        """
        mirror, facts = self._commit(application, commit)
        where = f"{application}@{short_commit(commit)}"
        return {path: read_path(mirror.objects, facts.tree, path=path, where=where) for path in paths}

    def committed_at(self, application: AppName, commits: Iterable[Commit]) -> Mapping[Commit, datetime]:
        """When each commit was made; what is not in the mirror, or is no commit, is left out. Raises `Missing` without mirror."""
        mirror = self._readable(application)
        found = {commit: mirror.objects.commit(commit) for commit in commits}
        return {commit: facts.committed_at for commit, facts in found.items() if facts is not None}

    def count_changes(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> int:
        """How many commits on the first-parent line up to this one touched any of the paths. Raises as `files`."""
        mirror, _ = self._commit(application, commit)
        return mirror.count_changes(commit, paths) if paths else 0

    def keep(self, environment: EnvId, commits: Mapping[AppName, Commit], *, also: Others = NO_OTHERS) -> None:
        """Keep exactly these commits for the environment in all mirrors, and of the others those that are there; none forgets it.

        Raises `Missing` where one of `commits` is not in its mirror; then nothing was changed.
        """
        wanted: dict[Address, set[tuple[AppName, Commit]]] = {}
        for application, commit in (*commits.items(), *self._there(also)):
            mirror, _ = self._commit(application, commit)
            wanted.setdefault(mirror.address, set()).add((application, commit))
        for mirror in self._existing():
            mirror.keep(environment, wanted.get(mirror.address, ()))

    def _there(self, commits: Others) -> Iterator[tuple[AppName, Commit]]:
        for application, commit in ((name, commit) for name, found in commits.items() for commit in found):
            with contextlib.suppress(Missing):
                self._commit(application, commit)
                yield application, commit

    def close(self) -> None:
        """End every process that is kept; the mirrors can be used again afterwards."""
        with self._lock:
            mirrors = tuple(self._mirrors.values())
        for mirror in mirrors:
            mirror.close()

    def __enter__(self) -> "Mirrors":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settings(self, application: AppName) -> Application:
        settings = self._installation.applications.get(application)
        if settings is None:
            raise Missing(f"application {application} is not in config.yaml", "add it under `applications:`")
        return settings

    def _mirror(self, settings: Application) -> Mirror:
        address = parse_address(settings.repository, allow_local=self._installation.allow_local)
        with self._lock:
            if address not in self._mirrors:
                folder = self._installation.mirrors / address.folder
                self._mirrors[address] = Mirror(folder, address, deadlines=self._deadlines)
            return self._mirrors[address]

    def _ask(self, mirror: Mirror, settings: Application) -> Listing:
        if not self._checked:
            check_git()
            self._checked = True
        return mirror.list(access_to(mirror.address, settings.credentials))

    def _readable(self, application: AppName) -> Mirror:
        mirror = self._mirror(self._settings(application))
        if not mirror.exists:
            raise Missing(f"application {application} has no mirror yet", "it is made by the first listing that succeeds")
        return mirror

    def _commit(self, application: AppName, commit: Commit) -> tuple[Mirror, CommitFacts]:
        mirror = self._readable(application)
        facts = mirror.objects.commit(commit) if _COMMIT.fullmatch(commit) else None
        if facts is None:
            raise Missing(f"commit {short_commit(commit)} of {application} is not in its mirror", "list the repository again")
        return mirror, facts

    def _existing(self) -> Iterable[Mirror]:
        mirrors = []
        for settings in self._installation.applications.values():
            try:
                mirrors.append(self._mirror(settings))
            except ReconcilerError:
                continue
        return [mirror for mirror in dict.fromkeys(mirrors) if mirror.exists]


def _fulfil(answer: Future[Listing], ask: Callable[[], Listing]) -> None:
    """Answer for everybody who asks in this pass; whoever is interrupted leaves nobody waiting."""
    try:
        answer.set_result(ask())
    except ReconcilerError as error:
        answer.set_exception(error)
    finally:
        answer.cancel()


def _answered(answer: Future[Listing]) -> Listing:
    """The answer. Each thread gets an error of its own, as raising one writes into it."""
    try:
        return answer.result()
    except ReconcilerError as error:
        raise type(error)(error.message, error.hint) from error
    except CancelledError as error:
        raise Unreachable("the listing was interrupted", "it is asked again at the next pass") from error
