"""Paths of the local disk as people write them: relative to the file, `~` is the home."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """`folder` is that of the file, `home` the user's; both absolute."""

    folder: Path
    home: Path

    def path(self, text: str) -> Path:
        """The absolute path that a text means; nothing is looked up on the disk."""
        if text == "~" or text.startswith("~/"):
            return self.home / text[2:]
        return self.folder / text
