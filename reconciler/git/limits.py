"""How long git may take and how much it may bring."""

from dataclasses import dataclass
from typing import Final

FILE_BYTES: Final = 1024 * 1024
"""The largest file that is read from a repository."""

TREE_BYTES: Final = 16 * 1024 * 1024
"""The largest folder or commit object that is read."""

OUTPUT_BYTES: Final = 64 * 1024 * 1024
"""The most that one command may print: a listing of about half a million refs."""

REFS: Final = 100_000
"""The most branches and tags of one repository."""

PACKS: Final = 50
"""Above so many packs a mirror's packs are joined; every fetch brings one."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds after which a command is ended: a listing, a fetch, anything that asks no remote, and waiting for a lock."""

    listing: float = 60.0
    fetching: float = 900.0
    local: float = 120.0
    lock: float = 60.0
