"""Manifests as YAML that readers of version 1.1 and 1.2 understand alike, and back."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from reconciler.kinds.yaml_events import read_plain
from reconciler.model.errors import BadValue
from reconciler.model.objects import Manifest

_FIRST: Final = ("apiVersion", "kind", "metadata", "name")
_PLAIN: Final = re.compile(r"[A-Za-z/](?:[A-Za-z0-9_./@+-]|:(?=[A-Za-z0-9_./@-]))*")
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_INDENT: Final = "  "


def to_yaml(manifest: Manifest) -> str:
    """One document: `apiVersion`, `kind`, `metadata`, then the rest by name; the same manifest gives the same text.

    Every text that YAML 1.1 or 1.2 could take for something else is quoted (`yes`, `012`, `1:30`, `2026-11-21`, `~`).
    Raises `TypeError` for a value that is no plain data, a secret value among them, and `BadValue` for text that UTF-8 cannot
    hold.
    """
    return "".join(f"{line}\n" for line in _mapping(manifest))


def from_yaml(text: str) -> Manifest:
    """The manifest a text holds: one mapping with `apiVersion`, `kind` and `metadata.name`, no aliases and no tags.

    Plain scalars are read by the core schema of YAML 1.2. Raises `BadValue` for anything else.
    """
    value = read_plain(text)
    if not isinstance(value, dict):
        raise BadValue("this document is not a mapping")
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    for field, part in (("apiVersion", value.get("apiVersion")), ("kind", value.get("kind")), ("metadata.name", name)):
        if not isinstance(part, str) or not part:
            raise BadValue(f"{field} is missing in this document")
    return value


def _mapping(value: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(value, key=_rank):
        yield from _entry(f"{_text(key)}:", value[key])


def _rank(key: str) -> tuple[int, str]:
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST), key)


def _entry(head: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield head
        yield from _indented(_mapping(value))
    elif isinstance(value, list | tuple) and value:
        yield head
        for item in value:
            yield from _indented(_item(item))
    elif isinstance(value, str) and _reads_as_block(value):
        yield from _block(head, value)
    else:
        yield f"{head} {_scalar(value)}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"{_INDENT}{line}" if line else line for line in lines)


def _item(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        first, *rest = _mapping(value)
        yield f"- {first}"
        yield from _indented(rest)
    else:
        yield from _entry("-", value)


def _block(head: str, text: str) -> Iterator[str]:
    yield f"{head} |" if text.endswith("\n") else f"{head} |-"
    yield from _indented(text.removesuffix("\n").split("\n"))


def _reads_as_block(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    framed = bool(lines[0]) and not lines[0].startswith(" ") and bool(lines[-1].strip(" "))
    return "\n" in text and framed and all(line.isprintable() for line in lines)


def _scalar(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case None | bool() | int():
            return json.dumps(value)
        case float() if math.isfinite(value):
            return _number(value)
        case Mapping():
            return "{}"
        case list() | tuple():
            return "[]"
    raise TypeError(f"a manifest cannot hold a {type(value).__name__}")


def _number(value: float) -> str:
    # YAML 1.1 wants a point before an exponent: `1e+16` is a text there.
    mantissa, e, exponent = repr(value).partition("e")
    return f"{mantissa if '.' in mantissa else f'{mantissa}.0'}{e}{exponent}"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return f'"{"".join(_escaped(character) for character in text)}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    if 0xD800 <= number <= 0xDFFF:
        raise BadValue("a text holds half a surrogate pair, which UTF-8 cannot hold")
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
