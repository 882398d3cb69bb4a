"""Read commits, folders and files of one bare repository by object id, from one `git cat-file --batch` that is kept."""

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from git.objects.fun import tree_entries_from_data

from reconciler.git.kept import Kept
from reconciler.git.limits import FILE_BYTES, TREE_BYTES
from reconciler.git.process import Conversation
from reconciler.model.errors import Refused, Unreachable
from reconciler.model.ids import Commit

_ID: Final = re.compile(r"[0-9a-f]{40}")
_FILES_KEPT: Final = 16 * 1024 * 1024
_ENTRIES_KEPT: Final = 200_000
_COMMITS_KEPT: Final = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder: its mode as git writes it (0o40000 folder, 0o120000 symbolic link, 0o160000 submodule) and id."""

    mode: int
    id: str


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """A commit's tree, and when it was committed."""

    tree: str
    committed_at: datetime


class Objects:
    """The objects of one repository. Safe for threads: one asks at a time.

    `suspect` is set once an object that must be there is not, or git dies of what it reads.
    """

    def __init__(self, repository: Path, *, deadline: float) -> None:
        self._repository = repository
        self._deadline = deadline
        self.suspect = False
        self._lock = threading.RLock()
        self._conversation: Conversation | None = None
        self._commits: Kept[str, CommitFacts] = Kept(_COMMITS_KEPT, weigh=lambda _: 1)
        self._folders: Kept[str, Mapping[str, Entry]] = Kept(_ENTRIES_KEPT, weigh=lambda folder: 1 + len(folder))
        self._files: Kept[str, bytes] = Kept(_FILES_KEPT, weigh=lambda content: 100 + len(content))
        self._present: set[str] = set()

    def lacking(self, ids: Iterable[Commit]) -> frozenset[Commit]:
        """Those of the ids that are not here. Raises `Unreachable` where the repository cannot be read."""
        with self._lock:
            unknown = sorted({wanted for wanted in ids if wanted not in self._present})
            lacking = frozenset(wanted for wanted in unknown if self._read(wanted, TREE_BYTES) is None)
            self._present.update(wanted for wanted in unknown if wanted not in lacking)
            return lacking

    def commit(self, commit: Commit) -> CommitFacts | None:
        """The commit's facts, or `None` where it is not here or is no commit. Raises `Unreachable` as `lacking`."""
        with self._lock:
            facts = self._commits.get(commit)
            if facts is None:
                found = self._read(commit, TREE_BYTES)
                if found is None or found[0] != b"commit":
                    return None
                facts = _commit_facts(found[1])
                self._commits.put(commit, facts)
            return facts

    def folder(self, tree: str) -> Mapping[str, Entry]:
        """The names in a folder. Raises `Unreachable` where it is not here, `Refused` where it cannot be understood."""
        with self._lock:
            folder = self._folders.get(tree)
            if folder is None:
                folder = _entries(self._must(tree, TREE_BYTES), tree)
                self._folders.put(tree, folder)
            return folder

    def file(self, blob: str) -> bytes | None:
        """A file's content, `None` where it is larger than a file may be. Raises `Unreachable` where it is not here."""
        with self._lock:
            content = self._files.get(blob)
            if content is None:
                try:
                    content = self._must(blob, FILE_BYTES)
                except _TooLargeError:
                    return None
                self._files.put(blob, content)
            return content

    def close(self) -> None:
        """End the kept command and forget everything; the next question begins anew."""
        with self._lock:
            self._hang_up()
            for kept in (self._commits, self._folders, self._files):
                kept.clear()
            self._present.clear()
            self.suspect = False

    def _must(self, wanted: str, limit: int) -> bytes:
        found = self._read(wanted, limit)
        if found is None:
            self.suspect = True
            raise Unreachable(f"mirror {self._repository} lacks object {wanted}", "it is fetched anew at the next pass")
        return found[1]

    def _read(self, wanted: str, limit: int) -> tuple[bytes, bytes] | None:
        """Type and content of an object, or `None`. A kept command that died is started once more."""
        if not _ID.fullmatch(wanted):
            return None
        try:
            return self._ask(wanted, limit)
        except OSError:
            self._hang_up()
        try:
            return self._ask(wanted, limit)
        except OSError as error:
            self._hang_up()
            self.suspect = isinstance(error, BrokenPipeError)
            raise Unreachable(f"mirror {self._repository} cannot be read: {error}", "it is checked at the next pass") from error

    def _ask(self, wanted: str, limit: int) -> tuple[bytes, bytes] | None:
        if self._conversation is None:
            command = ("cat-file", "--batch")
            self._conversation = Conversation(command, repository=self._repository, deadline=self._deadline)
        self._conversation.ask(wanted.encode("ascii"))
        words = self._conversation.line().split(b" ")
        if words[-1] == b"missing" or len(words) != 3:
            return None
        size = int(words[2])
        if size > limit:
            self._hang_up()
            raise _TooLargeError(f"object {wanted} of {self._repository} has {size} bytes", f"at most {limit} are read")
        content = self._conversation.exactly(size)
        self._conversation.exactly(1)
        return words[1], content

    def _hang_up(self) -> None:
        if self._conversation is not None:
            self._conversation.close()
            self._conversation = None


class _TooLargeError(Refused):
    """An object beyond its limit, which is never taken in."""


def _commit_facts(content: bytes) -> CommitFacts:
    """The header of a commit object: `tree <id>`, then parents, `author …`, `committer <who> <seconds> <zone>` (gitformat)."""
    tree = content[5:45].decode("ascii", "replace")
    for line in content.partition(b"\n\n")[0].splitlines():
        if line.startswith(b"committer "):
            return CommitFacts(tree, _instant(line.split(b" ")[-2]))
    return CommitFacts(tree, datetime.fromtimestamp(0, UTC))


def _instant(seconds: bytes) -> datetime:
    """An instant; a commit may claim any number, and one that no calendar has counts as the oldest."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _entries(content: bytes, tree: str) -> Mapping[str, Entry]:
    try:
        entries = tree_entries_from_data(content)
    except ValueError as error:
        raise Refused(f"folder {tree} cannot be understood: {error}", "look at it with `git ls-tree`") from error
    return {name: Entry(mode, binary.hex()) for binary, mode, name in entries}
