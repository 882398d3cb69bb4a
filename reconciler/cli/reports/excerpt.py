"""The line of a file that a problem is about, with a caret under the stretch."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from reconciler.model.place import Place

_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_TAB: Final = 4
_BEFORE: Final = 20
_CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character as it is shown, and how many columns of a terminal it takes."""

    shown: str
    width: int


def excerpt(source: bytes, place: Place, *, width: int) -> tuple[str, ...]:
    """Two lines of at most `width` columns: the line behind its number, and carets; nothing for a problem of the whole file.

    Tabs become blanks, wide characters count twice, and a line that is too long is cut around the stretch.
    """
    if (place.line, place.column) == (1, 1) and (place.end_line, place.end_column) == (1, 1):
        return ()
    lines = _BREAK.split(source.decode("utf-8", "replace").removeprefix("\ufeff"))
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    cells = _cells(line)
    first = min(place.column - 1, len(cells))
    last = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    gutter = f"{place.line:>5} | "
    shown, before, under = _window(cells, first, last=max(first + 1, min(last, len(cells))), room=max(width - len(gutter), 30))
    return f"{gutter}{shown}", f"{' ' * (len(gutter) - 2)}| {' ' * before}{'^' * under}"


def _cells(line: str) -> list[_Cell]:
    cells: list[_Cell] = []
    column = 0
    for character in line:
        cell = _cell(character, column)
        cells.append(cell)
        column += cell.width
    return cells


def _cell(character: str, column: int) -> _Cell:
    if character == "\t":
        width = _TAB - column % _TAB
        return _Cell(" " * width, width)
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return _Cell(character, 0)
    if not character.isprintable():
        return _Cell("�", 1)
    return _Cell(character, 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1)


def _window(cells: list[_Cell], first: int, *, last: int, room: int) -> tuple[str, int, int]:
    """What of the line is shown, how many columns stand before the stretch, and how many of it are seen; at least one."""
    start = 0
    if _width(cells) > room and _width(cells[:last]) >= room - 1:
        start = _start(cells, first)
    mark = _CUT if start else ""
    left = room - len(mark)
    end = _end(cells, start, room=left)
    tail = _CUT if end < len(cells) else ""
    shown = mark + "".join(cell.shown for cell in cells[start:end]) + tail
    return shown, len(mark) + _width(cells[start:first]), max(1, _width(cells[first : min(last, end)]))


def _start(cells: list[_Cell], first: int) -> int:
    """Where the cut line begins: a little before the stretch."""
    start, before = first, 0
    while start > 0 and before + cells[start - 1].width <= _BEFORE:
        start -= 1
        before += cells[start].width
    return start


def _end(cells: list[_Cell], start: int, *, room: int) -> int:
    """How far the line can be shown, leaving a column for the mark of what is cut."""
    if _width(cells[start:]) <= room:
        return len(cells)
    end, taken = start, 0
    while end < len(cells) and taken + cells[end].width <= room - 1:
        taken += cells[end].width
        end += 1
    return end


def _width(cells: list[_Cell]) -> int:
    return sum(cell.width for cell in cells)
