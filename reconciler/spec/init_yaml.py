"""Writes plain values as YAML that every reader reads alike."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reconciler.spec.resolve_scalar import resolve_plain

_PLAIN: Final = re.compile(
    r"(?:[A-Za-z/$_]|\./|\.[A-Za-z])[-\w./$@+={},()~^ ]*(?::[-\w./$@+={}()~^][-\w./$@+={},()~^ ]*)*", re.ASCII
)
_AMOUNT: Final = re.compile(r"[0-9]+(?:m|[KMGT]i)", re.ASCII)
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", ".inf", ".nan"})


def yaml_lines(value: object, indent: str = "") -> Iterator[str]:
    """The lines of a mapping or list in block style; lists stand below their keys without further indentation."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _member(f"{indent}{_text(str(key))}:", inner, indent=indent)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _item(inner, indent)


def _member(head: str, value: object, *, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield head
        yield from yaml_lines(value, indent + "  ")
    elif isinstance(value, list | tuple) and value:
        yield head
        yield from yaml_lines(value, indent)
    else:
        yield f"{head} {_scalar(value)}"


def _item(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        first, *rest = yaml_lines(value, indent + "  ")
        yield f"{indent}- {first[len(indent) + 2 :]}"
        yield from rest
    else:
        yield f"{indent}- {_scalar(value)}"


def _scalar(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _text(value)
        case Mapping():
            return "{}"
    return "[]"


def _text(text: str) -> str:
    """Without quotes only where YAML 1.1 and 1.2 read the same text."""
    plain = (
        (_PLAIN.fullmatch(text) is not None or _AMOUNT.fullmatch(text) is not None)
        and text == text.strip()
        and text.lower() not in _WORDS
        and isinstance(resolve_plain(text), str)
    )
    return text if plain else f'"{"".join(map(_character, text))}"'


def _character(one: str) -> str:
    if one.isprintable():
        return _ESCAPES.get(one, one)
    return _ESCAPES.get(one) or (f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}")
