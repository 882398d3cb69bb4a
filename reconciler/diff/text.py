"""A change as lines that people read and machines can compare."""

import difflib
import json
from collections.abc import Iterator
from typing import Any, Final

from reconciler.model.change import ABSENT, Change, FieldChange, Operation

_SIGNS: Final = {Operation.CREATE: "+", Operation.UPDATE: "~", Operation.DELETE: "-", Operation.KEEP: "="}
_INDENT: Final = "    "
_LONGEST: Final = 160
_MOST_LINES: Final = 20
_COMPARED: Final = 2000


def change_lines(change: Change) -> tuple[str, ...]:
    """`~ update Deployment api: changed in git`, then a line `path: before → after` for each field.

    The same change gives the same lines. A text of several lines shows only those that differ.
    """
    head = f"{_SIGNS[change.operation]} {change.operation.value} {change.key}: {change.reason}"
    return (head, *(f"{_INDENT}{line}" for field in change.fields for line in field_lines(field)))


def field_lines(field: FieldChange) -> Iterator[str]:
    """`path: before → after`, and below it the lines that differ where both are texts of several lines."""
    path = _printable(field.path)
    if field.before is ABSENT:
        yield f"{path}: added {_shown(field.after)}"
    elif field.after is ABSENT:
        yield f"{path}: removed {_shown(field.before)}"
    elif _has_lines(field.before) and _has_lines(field.after):
        yield f"{path}:"
        yield from (f"{_INDENT}{line}" for line in _line_changes(field.before, field.after))
    else:
        yield f"{path}: {_shown(field.before)} → {_shown(field.after)}"


def _has_lines(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _line_changes(before: str, after: str) -> list[str]:
    old, new = before.split("\n"), after.split("\n")
    if max(len(old), len(new)) > _COMPARED:
        return [f"{len(old)} lines → {len(new)} lines"]
    compared = difflib.unified_diff(old, new, lineterm="", n=0)
    lines = [_cut(_printable(line)) for line in list(compared)[2:] if not line.startswith("@@")]
    rest = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], f"… and {rest} lines more"] if rest > 0 else lines


def _shown(value: Any) -> str:
    return _cut(_printable(json.dumps(value, ensure_ascii=False, sort_keys=True, default=repr)))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def _printable(text: str) -> str:
    """The text without anything that would move a terminal's cursor or turn its letters round."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
