"""Reads a person's own repository: what is staged, a revision, the branch; changes nothing, and runs nothing of its own."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reconciler.git.failures import essence
from reconciler.git.limits import FILE_BYTES, Deadlines
from reconciler.git.objects import Objects
from reconciler.git.paths import read_path
from reconciler.git.process import NOWHERE, Access, run
from reconciler.model.errors import Missing, Refused, Unreachable
from reconciler.model.ids import HEADS, Commit, Ref, short_commit

_LINK_FILE: Final = "gitdir: "
_SHORT_ID: Final = re.compile(r"[0-9a-f]{40}")
_SUBMODULE: Final = 0o160000
_LARGEST_LINK: Final = 4096


class LocalRepository:
    """The repository around a folder. `top` is the work tree's root. `close` ends the process that is kept."""

    def __init__(self, folder: Path) -> None:
        """Raises `Missing` where no repository is around the folder."""
        self.top, self._git = _found(folder)
        self._objects = Objects(self._git, deadline=Deadlines().local)

    def staged(self, path: str) -> bytes | None:
        """The file as it would be committed now, `None` where none of that path is staged.

        Raises `Refused` for a symbolic link, a submodule, a file beyond the limit, and one whose conflict is not resolved.
        """
        entries = self._entries(path)
        if path not in entries:
            self._refuse_links(path)
            return None
        mode, name, stage = entries[path]
        if stage != "0":
            raise Refused(f"{path} has a conflict that is not resolved", "resolve it, and stage the file")
        _refuse_ways_out(path, path, mode=mode)
        content = self._blob(name, path)
        if content is None:
            raise Refused(f"{path} is larger than {FILE_BYTES // 1024} KiB", "only smaller files are read from a repository")
        return content

    def at(self, commit: Commit, path: str) -> bytes | None:
        """The file at a commit, as `FileReader.files`. Raises `Refused` also where an object is not here (partial clones)."""
        facts = self._objects.commit(commit)
        if facts is None:
            raise Refused(f"commit {commit} cannot be read", "repositories with object names of SHA-256 are not read")
        try:
            return read_path(self._objects, facts.tree, path=path, where=short_commit(commit))
        except Unreachable as error:
            raise Refused(f"{path} cannot be read at {short_commit(commit)}: an object is not here", "fetch it first") from error

    def commit(self, revision: str) -> Commit:
        """The commit that git understands by a revision. Raises `Missing` where there is none."""
        said = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if said is None:
            raise Missing(f"{self.top} has no revision {revision}", "name a branch, a tag or a commit; fetch it first if need be")
        return Commit(said.decode("ascii").strip())

    def branch(self) -> Ref | None:
        """The branch that is checked out, `None` where it is a bare commit."""
        said = self._ask("symbolic-ref", "--quiet", "HEAD")
        return Ref(said.rstrip(b"\n")) if said is not None and said.startswith(HEADS) else None

    def has(self, ref: Ref) -> bool:
        """Whether there is such a ref."""
        name = ref.decode("utf-8", "surrogateescape")
        return self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", name) is not None

    def addresses(self) -> tuple[str, ...]:
        """The addresses of its remotes, as they are written."""
        said = self._ask("config", "--local", "--null", "--get-regexp", r"^remote\..*\.url$") or b""
        lines = [line for line in said.decode("utf-8", "surrogateescape").split("\0") if line]
        return tuple(line.partition("\n")[2] for line in lines)

    def close(self) -> None:
        """End the process that is kept."""
        self._objects.close()

    def __enter__(self) -> "LocalRepository":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _entries(self, path: str) -> Mapping[str, tuple[int, str, str]]:
        """Mode, object and stage of what the index has at a path and below it. A conflict leaves the last of its stages."""
        said = self._ask("ls-files", "--stage", "-z", "--", path, access=self._index()) or b""
        found = {}
        for line in said.decode("utf-8", "surrogateescape").split("\0"):
            facts, tab, name = line.partition("\t")
            if tab:
                mode, blob, stage = facts.split(" ")
                found[name] = (int(mode, 8), blob, stage)
        return found

    def _refuse_links(self, path: str) -> None:
        """A path that is not there may be one that passes through a symbolic link or a submodule, which is worth a word."""
        parts = path.split("/")
        for length in range(1, len(parts)):
            above = "/".join(parts[:length])
            entry = self._entries(above).get(above)
            if entry is not None:
                _refuse_ways_out(path, above, mode=entry[0])

    def _blob(self, name: str, path: str) -> bytes | None:
        if not _SHORT_ID.fullmatch(name):
            raise Refused(f"{path} has an object name of SHA-256", "repositories with such names are not read")
        try:
            return self._objects.file(name)
        except Unreachable as error:
            raise Refused(f"{path} is staged, but its object {name} is not here", "stage the file again") from error

    def _index(self) -> Access:
        """`git commit -a` and `git commit FILE` show their hooks another index than the usual one, in the same folder."""
        named = os.environ.get("GIT_INDEX_FILE", "")
        index = Path(self.top, named) if named else None
        ours = index is not None and index.resolve().is_relative_to(self._git.resolve()) and index.is_file()
        return Access(environment={"GIT_INDEX_FILE": str(index)}) if ours else NOWHERE

    def _ask(self, *arguments: str, access: Access = NOWHERE) -> bytes | None:
        """What git prints; `None` where it has no answer. Raises `Refused` where it cannot read the repository."""
        if any("\0" in argument for argument in arguments):
            return None
        deadline = Deadlines().local
        finished = run(arguments, repository=self._git, deadline=deadline, access=access)
        if finished.good:
            return finished.output
        if finished.status == 1:
            return None
        said = essence(finished.complaint, NOWHERE) or f"exit status {finished.status}"
        raise Refused(f"{self.top} cannot be read (git: {said})", "look at it with `git status`")


def _refuse_ways_out(path: str, at: str, *, mode: int) -> None:
    what = {stat.S_IFLNK: "symbolic link", _SUBMODULE: "submodule"}.get(stat.S_IFMT(mode))
    if what is not None:
        raise Refused(f"{path} is or passes through the {what} {at}", "commit the file itself")


def _found(folder: Path) -> tuple[Path, Path]:
    """The work tree and the git folder: `.git` of the nearest folder above that has one, or where the file of that name leads
    (gitrepository-layout: linked work trees and submodules)."""
    start = folder.resolve()
    for top in (start, *start.parents):
        git = top / ".git"
        if git.is_dir():
            return top, git
        if git.is_file():
            return top, _linked(git)
    raise Missing(f"{folder} is in no git repository", "run it in one, or name one")


def _linked(file: Path) -> Path:
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as opened:
            text = opened.read(_LARGEST_LINK)
    except OSError as error:
        raise Missing(f"{file} cannot be read: {error.strerror}", "look at it with `git status`") from error
    folder = file.parent / text.removeprefix(_LINK_FILE).rstrip("\n")
    if not text.startswith(_LINK_FILE) or not folder.is_dir():
        raise Missing(f"{file} leads to no git repository", "look at it with `git status`")
    return folder
