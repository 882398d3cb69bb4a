"""Find a file of a commit by its path, through folders only: nothing outside, no symbolic link, no submodule."""

import stat
from typing import Final

from reconciler.git.limits import FILE_BYTES
from reconciler.git.objects import Entry, Objects
from reconciler.model.errors import Refused

_SUBMODULE: Final = 0o160000
_LONGEST: Final = 4096


def read_path(objects: Objects, tree: str, *, path: str, where: str) -> bytes | None:
    """The file's content, or `None` where there is no such path. `where` begins every message: application and commit.

    Raises `Refused` for a path that leaves the repository or meets a symbolic link, a submodule, a folder instead of a file, or
    a file beyond the limit; `Unreachable` where the mirror lacks an object.
    """
    entry = _entry(objects, tree, path=path, where=where)
    if entry is None:
        return None
    if stat.S_ISDIR(entry.mode):
        raise Refused(f"{where}: {path} is a folder", "name a file in it")
    content = objects.file(entry.id)
    if content is None:
        raise Refused(f"{where}: {path} is larger than {FILE_BYTES // 1024} KiB", "only smaller files are read from a repository")
    return content


def _entry(objects: Objects, tree: str, *, path: str, where: str) -> Entry | None:
    entry: Entry | None = Entry(stat.S_IFDIR, tree)
    for name in _names(path, where=where):
        if entry is None or not stat.S_ISDIR(entry.mode):
            return None
        entry = objects.folder(entry.id).get(name)
        if entry is not None:
            _refuse_ways_out(entry, f"{where}: {path}", name=name)
    return entry


def _names(path: str, *, where: str) -> tuple[str, ...]:
    names = tuple(name for name in path.split("/") if name not in {"", "."})
    if not names or path.startswith("/") or ".." in names or "\0" in path or len(path) > _LONGEST:
        raise Refused(
            f"{where}: {path!r} is not a path inside the repository", "write it relative to the repository's root, without `..`"
        )
    return names


def _refuse_ways_out(entry: Entry, what: str, *, name: str) -> None:
    if stat.S_ISLNK(entry.mode):
        raise Refused(
            f"{what} is or passes through the symbolic link {name}", "symbolic links are not followed: commit the file itself"
        )
    if stat.S_IFMT(entry.mode) == _SUBMODULE:
        raise Refused(f"{what} is or passes through the submodule {name}", "submodules are not read: commit the file itself")
