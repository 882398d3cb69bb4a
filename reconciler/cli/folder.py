"""A repository's folder on the local disk: its files, read and written below it alone."""

import configparser
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from reconciler.model.errors import InTheWay, Missing, NoSpace, Refused
from reconciler.model.place import Origin

_LARGEST: Final = 1 << 20
_DEEPEST: Final = 2
_MOST_FOLDERS: Final = 2_000
_NOT_OURS: Final = frozenset({"node_modules", "vendor", "venv", "target", "dist", "build", "__pycache__"})


class Folder:
    """The root of a repository. Raises `Missing` where there is no folder."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise Missing(f"{root} is no folder", "name the root of a repository")
        self.root = root
        self._real = root.resolve()

    @property
    def name(self) -> str:
        """What the folder is called."""
        return self._real.name

    def origin(self, path: str) -> Origin:
        """How a file of the repository is named to a person who stands where the command was called."""
        return Origin(path if self.root == Path() else str(self.root / path))

    def inside(self, text: str) -> str:
        """A path that a person wrote, from the root: a relative one is so already."""
        path = Path(text)
        inside = path.is_absolute() and path.resolve().is_relative_to(self._real)
        return path.resolve().relative_to(self._real).as_posix() if inside else text

    def read(self, path: str) -> bytes | None:
        """The file, cut just above the reader's limit; `None` where there is none, or it leads out, or cannot be read."""
        try:
            file = self.root / path
            if not file.is_file() or not file.resolve().is_relative_to(self._real):
                return None
            with file.open("rb") as opened:
                return opened.read(_LARGEST + 2)
        except (OSError, ValueError):
            return None

    def paths(self) -> Iterator[str]:
        """Its files down to a depth, without hidden folders and those that hold what others wrote."""
        waiting, seen = [(self.root, 0)], 0
        while waiting and seen < _MOST_FOLDERS:
            folder, depth = waiting.pop(0)
            seen += 1
            with suppress(OSError):
                for path in sorted(folder.iterdir()):
                    if path.is_dir() and not path.is_symlink():
                        inside = depth < _DEEPEST and not path.name.startswith(".") and path.name not in _NOT_OURS
                        waiting += [(path, depth + 1)] if inside else []
                    elif path.is_file():
                        yield path.relative_to(self.root).as_posix()

    def address(self) -> str | None:
        """The address of `origin` in git's own configuration, if the folder is a plain clone."""
        parser = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
        try:
            parser.read_string((self.read(".git/config") or b"").decode())
        except (configparser.Error, UnicodeDecodeError):
            return None
        return parser.get('remote "origin"', "url", fallback=None)

    def write(self, files: Mapping[str, bytes], *, replace: bool) -> None:
        """Writes all files, or none: where one cannot be written the others are as they were.

        Raises `InTheWay` for a file that is there and is not to be replaced, `Refused` for a path that leads out, `NoSpace`
        for anything that the disk does not allow.
        """
        places = {self._place(path): content for path, content in files.items()}
        for place in places:
            if place.is_dir() or (place.exists() and not replace):
                raise InTheWay(f"{place} is there already", "add --force to replace it, or move it away")
        writing = _Writing()
        try:
            writing.put(places, replace=replace)
        except OSError as error:
            writing.take_back()
            what = "is there already" if isinstance(error, FileExistsError) else f"cannot be written: {error.strerror}"
            raise NoSpace(f"{error.filename2 or error.filename} {what}", "nothing was changed") from error
        writing.tidy()

    def _place(self, path: str) -> Path:
        """Where a file is written: a link is followed, if it stays inside."""
        real = (self.root / path).resolve()
        if not real.is_relative_to(self._real):
            raise Refused(f"{self.root / path} leads out of the repository", "remove the link")
        return real


class _Writing:
    """One writing of several files, and how it is taken back. What was there is kept beside until all is done."""

    def __init__(self) -> None:
        self.scratch: list[Path] = []
        self.folders: list[Path] = []
        self.made: list[Path] = []
        self.kept: list[tuple[Path, Path]] = []

    def put(self, places: Mapping[Path, bytes], *, replace: bool) -> None:
        """Writes everything beside its place first; what can fail for want of room fails there."""
        ready = [(self.beside(place, content), place) for place, content in places.items()]
        for scratch, place in ready:
            if replace and place.exists():
                scratch.chmod(place.stat().st_mode & 0o7777)
                old = place.with_name(f".{place.name}.{uuid4().hex}.old")
                os.link(place, old)
                self.kept.append((old, place))
                scratch.replace(place)
            else:
                os.link(scratch, place)
                self.made.append(place)

    def beside(self, place: Path, content: bytes) -> Path:
        """A file with the content in the same folder, which is made where there is none."""
        for folder in [one for one in reversed(place.parents) if not one.exists()]:
            folder.mkdir()
            self.folders.append(folder)
        scratch = place.with_name(f".{place.name}.{uuid4().hex}.new")
        self.scratch.append(scratch)
        with scratch.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return scratch

    def take_back(self) -> None:
        """Everything as it was."""
        for old, place in self.kept:
            with suppress(OSError):
                old.replace(place)
        self.kept = []
        for place in self.made:
            with suppress(OSError):
                place.unlink()
        self.tidy()
        for folder in reversed(self.folders):
            with suppress(OSError):
                folder.rmdir()

    def tidy(self) -> None:
        """Removes what lies beside."""
        for path in (*self.scratch, *(old for old, _ in self.kept)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
