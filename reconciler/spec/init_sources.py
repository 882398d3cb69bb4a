"""The files of a repository that has no template yet, as `init` sees them."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.model.place import Origin

Read = Callable[[str], bytes | None]
"""A file of the repository by its path from the root; `None` where there is no such file or it must not be read."""


@dataclass(frozen=True, slots=True)
class Sources:
    """`paths` are the files down to a depth; `origin` is how one of them is named to a person."""

    paths: tuple[str, ...]
    read: Read
    origin: Callable[[str], Origin]
