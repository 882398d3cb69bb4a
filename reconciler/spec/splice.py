"""Edits of a text at the places that the reader gives: what is not edited stays byte for byte."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reconciler.model.place import Place

_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Splice:
    """The characters from `start` up to `end` become `text`."""

    start: int
    end: int
    text: str


class Sheet:
    """A file's text with its lines, as a YAML parser counts them. The bytes must be UTF-8, as the reader has found."""

    def __init__(self, source: bytes) -> None:
        self._bom = _BOM if source.startswith(_BOM) else b""
        self.text = source.decode("utf-8-sig")
        self._starts = [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def start(self, place: Place) -> int:
        """Where a place begins."""
        return self._starts[place.line - 1] + place.column - 1

    def end(self, place: Place) -> int:
        """Where a place ends."""
        return self._starts[place.end_line - 1] + place.end_column - 1

    def line_start(self, offset: int) -> int:
        """Where the line of a character begins."""
        return max(start for start in self._starts if start <= offset)

    def rest_of_line(self, offset: int) -> tuple[int, int]:
        """Where the line of a character ends, without its break and with it."""
        match = _BREAK.search(self.text, offset)
        return match.span() if match else (len(self.text), len(self.text))

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """The file with the edits made, which must not overlap."""
        parts, last = [], 0
        for splice in sorted(splices, key=lambda one: one.start):
            parts += [self.text[last : splice.start], splice.text]
            last = splice.end
        return self._bom + ("".join(parts) + self.text[last:]).encode()
