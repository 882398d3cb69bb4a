"""Where something is written: a file of a repository or of the local disk, with line and column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from reconciler.model.ids import AppName, Commit, short_commit


@dataclass(frozen=True, slots=True)
class Origin:
    """A file: in an application's repository at a commit, or on the local disk when neither is given."""

    path: str
    application: AppName | None = None
    commit: Commit | None = None

    def __str__(self) -> str:
        if self.application is None:
            return self.path
        at = f"@{short_commit(self.commit)}" if self.commit else ""
        return f"{self.application}{at} {self.path}"


class Place(NamedTuple):
    """A stretch of text; lines and columns count from 1, columns in characters, the end is exclusive.

    A tuple, because a file has thousands and three times as many are made in the same time.
    """

    origin: Origin
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.origin}:{self.line}:{self.column}"

    def within(self, origin: Origin) -> "Place":
        """The same stretch of another file."""
        return self._replace(origin=origin)

    @property
    def order(self) -> tuple[str, str, str, int, int]:
        """A key that sorts places by file, line and column."""
        origin = self.origin
        return (origin.application or "", origin.path, origin.commit or "", self.line, self.column)


def whole_file(origin: Origin) -> Place:
    """The place of a problem that belongs to a file as a whole."""
    return Place(origin, 1, 1, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A value read from a file, which still knows where it and each of its keys stand."""

    place: Place = field(compare=False, repr=False)
    keys: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)

    def at(self, key: str) -> Place:
        """The place of the key's value, or of the whole where the key is not written."""
        return self.keys.get(key, self.place)
