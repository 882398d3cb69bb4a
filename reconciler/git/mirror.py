"""The mirror of one repository: a bare repository of our own that holds what its listings name and what we keep."""

import logging
import os
import shutil
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from reconciler.git.address import Address
from reconciler.git.failures import essence, failure, mirror_is_broken
from reconciler.git.kept import Kept
from reconciler.git.limits import PACKS, Deadlines
from reconciler.git.listing import ask_remote
from reconciler.git.lock import locked
from reconciler.git.objects import Objects
from reconciler.git.process import NOWHERE, Access, Finished, run
from reconciler.model.errors import NoSpace, Unreachable
from reconciler.model.ids import AppName, Commit, EnvId
from reconciler.model.refs import Listing

_LOG: Final = logging.getLogger(__name__)
_KEEP: Final = "refs/reconciler/keep/"
_ATTEMPTS: Final = 3
_COUNTS_KEPT: Final = 20_000
_REFSPECS: Final = ("+refs/heads/*:refs/mirror/heads/*", "+refs/tags/*:refs/mirror/tags/*")


class Mirror:
    """One repository's mirror. Safe for threads; writing is one process at a time."""

    def __init__(self, folder: Path, address: Address, *, deadlines: Deadlines) -> None:
        self.folder = folder
        self.address = address
        self.objects = Objects(folder, deadline=deadlines.local)
        self._deadlines = deadlines
        self._writing = threading.Lock()
        self._counting = threading.Lock()
        self._counts: Kept[tuple[str, ...], int] = Kept(_COUNTS_KEPT, weigh=lambda _: 1)
        self._kept: dict[str, Commit] | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a mirror to read."""
        return _is_whole(self.folder)

    def list(self, access: Access) -> Listing:
        """One listing, and every object it names. Raises `Unreachable`, `Refused`, `Busy` or `NoSpace`."""
        with _disk(self.folder):
            self._prepare()
            for _ in range(_ATTEMPTS):
                listing = ask_remote(self.address, self.folder, access=access, deadline=self._deadlines.listing)
                commits = frozenset(listing.refs.values())
                if not self.objects.lacking(commits):
                    return listing
                self._fetch(commits, access)
                if not self.objects.lacking(commits):
                    return listing
        raise Unreachable(f"repository {self.address} changes faster than it can be read", "it is asked again at the next pass")

    def count_changes(self, commit: Commit, paths: Sequence[str]) -> int:
        """How many commits on the first-parent line up to `commit` touched any path. Raises `Unreachable`."""
        key = (commit, "--", *sorted(set(paths)))
        with self._counting:
            count = self._counts.get(key)
            if count is None:
                count = int(self._local(("rev-list", "--first-parent", "--count", *key)).output)
                self._counts.put(key, count)
            return count

    def keep(self, environment: EnvId, commits: Collection[tuple[AppName, Commit]]) -> None:
        """Make the environment's refs exactly these, in one transaction. Raises `Unreachable`, `Busy` or `NoSpace`."""
        wanted = {f"{environment}/{application}+{commit}": commit for application, commit in commits}
        with _disk(self.folder), self._writing:
            kept = self._read_kept()
            stale = [name for name in kept if name.startswith(f"{environment}/") and name not in wanted]
            fresh = {name: commit for name, commit in wanted.items() if kept.get(name) != commit}
            if stale or fresh:
                lines = [f"update {_KEEP}{name}\0{commit}\0\0" for name, commit in fresh.items()]
                lines += [f"delete {_KEEP}{name}\0\0" for name in stale]
                with self._fenced():
                    self._local(("update-ref", "--stdin", "-z"), feed="".join(lines).encode("ascii"))
                self._kept = {name: commit for name, commit in {**kept, **fresh}.items() if name not in stale}

    def begin(self) -> None:
        """A new pass begins: what another process may have changed is read anew."""
        self._kept = None

    def close(self) -> None:
        """End the commands that are kept for this mirror."""
        self.objects.close()

    def _read_kept(self) -> Mapping[str, Commit]:
        """The commits that are kept, by `<env_id>/<application>+<commit>`."""
        if self._kept is None:
            lines = self._local(("for-each-ref", "--format=%(objectname) %(refname)", _KEEP)).output.decode("ascii").splitlines()
            self._kept = {line[41:].removeprefix(_KEEP): Commit(line[:40]) for line in lines}
        return self._kept

    def _fenced(self) -> AbstractContextManager[None]:
        """Other processes wait."""
        return locked(self.folder.with_name(f"{self.folder.name}.lock"), patience=self._deadlines.lock)

    def _prepare(self) -> None:
        """A whole mirror stands at the folder afterwards; one that is broken is moved aside, not removed."""
        if self.exists and not self.objects.suspect:
            return
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._writing, self._fenced():
            if self.folder.exists() and (self.objects.suspect or not self.exists):
                self._move_aside()
            if not self.exists:
                self._make()
            self.objects.close()

    def _move_aside(self) -> None:
        aside = self.folder.with_name(f"{self.folder.name}.broken")
        shutil.rmtree(aside, ignore_errors=True)
        self.folder.rename(aside)
        _LOG.warning("mirror %s is broken: it is moved to %s and made anew", self.folder, aside.name)

    def _make(self) -> None:
        """Made beside its place and moved there, so that a mirror is whole or absent."""
        making = self.folder.with_name(f"{self.folder.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        command = ("init", "--quiet", "--bare", "--template=", "--", str(making))
        finished = run(command, repository=making, deadline=self._deadlines.local)
        if not finished.good:
            raise self._mirror_failure(finished)
        making.rename(self.folder)

    def _fetch(self, commits: frozenset[Commit], access: Access) -> None:
        with self._writing, self._fenced():
            if not self.objects.lacking(commits):
                return
            finished = self._ask_for_all(access)
            if mirror_is_broken(finished):
                self._move_aside()
                self._make()
                self.objects.close()
                finished = self._ask_for_all(access)
            if not finished.good:
                what = f"repository {self.address}"
                error = failure(finished, what, access=access, deadline=self._deadlines.fetching)
                raise error if isinstance(error, NoSpace) else Unreachable(f"{error.message} while it was fetched", error.hint)
            self._join_packs()

    def _ask_for_all(self, access: Access) -> Finished:
        command = ("fetch", "--quiet", "--no-tags", "--prune", "--no-write-fetch-head", "--no-auto-maintenance", "--")
        arguments = (*command, self.address.text, *_REFSPECS)
        return run(arguments, repository=self.folder, deadline=self._deadlines.fetching, access=access)

    def _join_packs(self) -> None:
        """Join small packs where there are many; objects that no ref names stay, as they may be somebody's last good run."""
        packs = sum(1 for _ in (self.folder / "objects" / "pack").glob("*.pack"))
        if packs > PACKS:
            self._local(("repack", "-d", "--quiet", "--geometric=2", "-l"))

    def _local(self, arguments: Sequence[str], *, feed: bytes = b"") -> Finished:
        finished = run(arguments, repository=self.folder, deadline=self._deadlines.local, feed=feed)
        if finished.good:
            return finished
        if mirror_is_broken(finished):
            self.objects.suspect = True
        raise self._mirror_failure(finished)

    def _mirror_failure(self, finished: Finished) -> Unreachable:
        said = essence(finished.complaint, NOWHERE) or f"exit status {finished.status}"
        return Unreachable(f"mirror {self.folder} cannot be used (git: {said})", "it is checked at the next pass")


def _is_whole(folder: Path) -> bool:
    """Whether the folder is a bare repository by the marks that git itself looks for (gitrepository-layout)."""
    try:
        head = (folder / "HEAD").read_bytes()
    except OSError:
        return False
    parts = (folder / "config", folder / "objects", folder / "refs")
    return head.startswith(b"ref: refs/") and all(part.exists() for part in parts)


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """What the disk says against writing, as a sentence."""
    try:
        yield
    except OSError as error:
        because = error.strerror or os.strerror(error.errno or 0)
        raise NoSpace(f"mirror {folder} cannot be written: {because}", "make room, or check who may write `mirrors:`") from error
