"""The grammar of a mapping's text: what is literal, and which variables it names."""

import re
from dataclasses import dataclass
from typing import Final

from reconciler.model.errors import BadValue
from reconciler.model.names import is_variable

_PART: Final = re.compile(
    r"(?P<text>[^$]+)"
    r"|\$(?P<dollar>\$)"
    r"|\$(?P<short>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\$\{(?P<long>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<fallback>[^}]*))?\}"
)


@dataclass(frozen=True, slots=True)
class VariableReference:
    """A variable whose value is put in. `fallback` stands in where it is missing or empty; `None` where none is written."""

    name: str
    fallback: str | None = None


def parse_mapping(text: str) -> tuple[str | VariableReference, ...]:
    """Literal texts and references, in order (Release, environment variable mappings).

    A text that is the name of a variable is a reference to it; otherwise `$X`, `${X}` and `${X:-fallback}` are, and `$$` is a
    dollar. Raises `BadValue` for a dollar that begins none of these.
    """
    if is_variable(text):
        return (VariableReference(text),)
    parts: list[str | VariableReference] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            raise BadValue(
                f"{text[position:]!r} is no variable of a mapping", "write $NAME, ${NAME}, ${NAME:-fallback}, or $$ for a dollar"
            )
        parts.append(_part(match))
        position = match.end()
    return tuple(parts)


def _part(match: re.Match[str]) -> str | VariableReference:
    name = match["short"] or match["long"]
    if name:
        return VariableReference(name, match["fallback"])
    return match["dollar"] or match["text"]
