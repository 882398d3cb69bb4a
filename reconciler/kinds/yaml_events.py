"""Plain data from YAML events, within limits: no aliases, no tags, no depth that could break a parser."""

import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from reconciler.model.errors import BadValue
from reconciler.model.yaml_words import CORE_WORDS

_CHARACTERS: Final = 4 * 1024 * 1024
_DEPTH: Final = 64
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,30}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")


def read_plain(text: str) -> Any:
    """The one document of a text as dictionaries with string keys, lists and scalars (YAML 1.2, core schema).

    Raises `BadValue` for a text that is too long, too deep, broken, or that uses aliases, tags, or a key twice.
    """
    if len(text) > _CHARACTERS:
        raise BadValue(f"this document has more than {_CHARACTERS} characters")
    try:
        return _document(_events(text))
    except YAMLError as error:
        raise BadValue(f"this document is not YAML: {str(error).splitlines()[0]}") from error


def _events(text: str) -> Iterator[Event]:
    depth = 0
    for event in YAML(typ="safe").parse(text):
        depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
        depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
        if depth > _DEPTH:
            raise BadValue(f"this document nests deeper than {_DEPTH} levels")
        yield event


def _document(events: Iterator[Event]) -> Any:
    value = None
    documents = 0
    for event in events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            value = _value(next(events), events)
        if documents > 1:
            raise BadValue("this file holds more than one document")
        if isinstance(event, StreamEndEvent):
            break
    return value


def _value(event: Event, events: Iterator[Event]) -> Any:
    if isinstance(event, AliasEvent):
        raise BadValue(f"alias *{event.anchor} stands in this document")
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise BadValue(f"tag {tag} stands in this document")
    if isinstance(event, ScalarEvent):
        return event.value if event.implicit[1] else _resolved(event.value)
    if isinstance(event, SequenceStartEvent):
        return _sequence(events)
    return _mapping(events)


def _sequence(events: Iterator[Event]) -> list[Any]:
    items = []
    while not isinstance(event := next(events), SequenceEndEvent):
        items.append(_value(event, events))
    return items


def _mapping(events: Iterator[Event]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    while not isinstance(event := next(events), MappingEndEvent):
        key = _key(event)
        if key in members:
            raise BadValue(f"key {key!r} stands twice in one mapping")
        members[key] = _value(next(events), events)
    return members


def _key(event: Event) -> str:
    if not isinstance(event, ScalarEvent):
        raise BadValue("a key of this document is no text")
    return str(event.value)


def _resolved(text: str) -> str | int | float | bool | None:
    if text in CORE_WORDS:
        return CORE_WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
