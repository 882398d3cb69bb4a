"""Files of variables as Compose reads them: `.env` and those of `env_file`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.spec.compose_interpolate import substitute

_LINE: Final = re.compile(
    r"\s*(?:export\s+)?(?P<key>[A-Za-z_][-A-Za-z0-9_.]*)[ \t]*(?P<sign>[=:])?[ \t]*(?P<rest>.*)", re.ASCII | re.DOTALL
)
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_DOUBLE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SINGLE: Final = re.compile(r"'([^']*)'")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_MOST_LINES: Final = 200
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


@dataclass(frozen=True, slots=True)
class Line:
    """One variable of the file; `value` is `None` where only its name stands. `line` counts from 1."""

    key: str
    value: str | None
    line: int
    missing: tuple[str, ...] = ()


def read_env_file(source: bytes, values: Mapping[str, str]) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """The variables, and the numbers of the lines that are none.

    Values may be quoted, also over several lines; unquoted and double-quoted ones are interpolated with `values` and with
    the file's earlier variables (Compose specification, `.env` file syntax).
    """
    lines = source.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    known, found, wrong = dict(values), list[Line](), list[int]()
    index = 0
    while index < len(lines):
        number, text = index + 1, lines[index]
        index += 1
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if match is None or (not match["sign"] and _COMMENT.sub("", match["rest"]).strip()):
            wrong.append(number)
            continue
        rest, taken = _whole_value(match["rest"], lines[index : index + _MOST_LINES])
        index += taken
        line = _line(match["key"], rest if match["sign"] else None, number=number, known=known)
        found.append(line)
        known.update({line.key: line.value} if line.value is not None else {})
    return tuple(found), tuple(wrong)


def _whole_value(rest: str, lines: list[str]) -> tuple[str, int]:
    """The value with as many of the further lines as an open quote needs, and how many those are."""
    quote = rest[:1]
    if quote not in {'"', "'"} or _closed(rest):
        return rest, 0
    for taken in range(1, len(lines) + 1):
        if quote in lines[taken - 1]:
            whole = "\n".join([rest, *lines[:taken]])
            if _closed(whole):
                return whole, taken
    return rest, 0


def _closed(text: str) -> bool:
    return (_DOUBLE if text[0] == '"' else _SINGLE).match(text) is not None


def _line(key: str, rest: str | None, *, number: int, known: Mapping[str, str]) -> Line:
    if rest is None:
        return Line(key, None, number)
    single, double = _SINGLE.match(rest), _DOUBLE.match(rest)
    if single:
        return Line(key, single[1], number)
    text = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[0]), double[1]) if double else _COMMENT.sub("", rest).strip()
    done = substitute(text, known)
    return Line(key, done.text, number, done.missing)
