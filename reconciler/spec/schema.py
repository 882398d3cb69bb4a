"""The JSON Schemas of the formats: checking a document against one, and finding what is understood but not supported.

Besides the keywords of draft 2020-12 a property may say, for people and for `unsupported`:

- `description`: a sentence for editors and for the tables of the documentation;
- `x-reconciler`: `understood`, `unsupported` (read, not acted on, said in every plan) or `information` (a note to people);
- `x-accepts`: the values of an unsupported property that need no word, such as the default;
- `x-unsupported-values`: values of an understood property that are not acted on;
- `x-form`: what a right value looks like, put into the message of a `pattern`, `enum`, `type` or number that does not match;
- `x-see`: the key below which the tables list what stands below this one, too;
- `x-hint`: what to do where the value is wrong or the key is not allowed;
- `x-date`: a value here is a date, with quotes or without.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from pkgutil import get_data
from typing import Any

from jsonschema_rs import Draft202012Validator

from reconciler.model.configuration import Unsupported
from reconciler.model.place import Place
from reconciler.model.problem import Problem
from reconciler.spec.node import MappingNode, Node, Scalar, SequenceNode, plain
from reconciler.spec.problems_of import problems_of


class Format(StrEnum):
    """The files people write, by the names of their schemas."""

    RELEASE = "release"
    TEMPLATE = "template"
    VARIABLES = "variables"
    CONFIG = "config"
    SCHEDULES = "schedules"


@cache
def text(format: Format) -> str:
    """The JSON Schema document of a format, as `reconciler schema` shows it."""
    return (get_data("reconciler.spec", f"schemas/{format}.schema.json") or b"").decode()


@cache
def document(format: Format) -> Mapping[str, Any]:
    """The schema as a value; not to be changed."""
    schema: dict[str, Any] = json.loads(text(format))
    return schema


def check(root: Node, format: Format) -> tuple[Problem, ...]:
    """Every deviation from the format's schema, at the place a person must change, in the order of the file."""
    return problems_of(_validator(format).iter_errors(plain(root)), root, schema=document(format))


def unsupported(root: Node, format: Format) -> tuple[Unsupported, ...]:
    """Every key that is present and not acted on, in the order of the file."""
    schema = document(format)
    found = {(entry.place, entry.key): entry for entry in _walk(root, schema, path="", schema=schema)}
    return tuple(sorted(found.values(), key=lambda entry: entry.place.order))


def without_dates(doubts: Iterable[Problem], root: Node, *, format: Format) -> Iterator[Problem]:
    """The doubts about unquoted values (R019), without those where the format wants a date: there a date is no surprise."""
    known = tuple(doubts)
    schema = document(format)
    dates = frozenset(_dates(root, schema, schema=schema)) if known else frozenset()
    return (doubt for doubt in known if doubt.place not in dates)


@cache
def _validator(format: Format) -> Draft202012Validator:
    return Draft202012Validator(dict(document(format)), offline=True)


def _dates(node: Node, part: Any, *, schema: Mapping[str, Any]) -> Iterator[Place]:
    """The places of values that are dates by the schema."""
    for rules in _alternatives(part, schema):
        match node:
            case MappingNode(members=members):
                for key, member in members.items():
                    yield from _dates(member.value, _rules_of(key, rules), schema=schema)
            case SequenceNode(items=items):
                for item in items:
                    yield from _dates(item, rules.get("items"), schema=schema)
            case Scalar(place=place) if rules.get("x-date"):
                yield place


def _rules_of(key: str, rules: Mapping[str, Any]) -> Any:
    return rules.get("properties", {}).get(key, rules.get("additionalProperties"))


def _walk(node: Node, part: Any, *, path: str, schema: Mapping[str, Any]) -> Iterator[Unsupported]:
    """Document and schema side by side; `part` is the schema of this node."""
    for rules in _alternatives(part, schema):
        match node:
            case MappingNode():
                yield from _walk_mapping(node, rules, path=path, schema=schema)
            case SequenceNode(items=items):
                for index, item in enumerate(items):
                    yield from _walk(item, rules.get("items"), path=f"{path}[{index}]", schema=schema)
            case Scalar(place=place, value=value):
                if value in rules.get("x-unsupported-values", ()):
                    yield Unsupported(path, place, f"{value} is read and not acted on yet")


def _walk_mapping(node: MappingNode, rules: Mapping[str, Any], *, path: str, schema: Mapping[str, Any]) -> Iterator[Unsupported]:
    for key, member in node.members.items():
        part = _rules_of(key, rules)
        name = f"{path}.{key}" if path else key
        said = _unsupported_here(part, schema, node=member.value)
        if said is None:
            yield from _walk(member.value, part, path=name, schema=schema)
        else:
            yield Unsupported(name, member.key, said)


def _unsupported_here(part: Any, schema: Mapping[str, Any], *, node: Node) -> str | None:
    for rules in _alternatives(part, schema):
        if rules.get("x-reconciler") == "unsupported" and plain(node) not in rules.get("x-accepts", ()):
            return str(rules.get("description", "not acted on yet"))
    return None


def _alternatives(part: Any, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema itself and every schema that applies to the same value: references, conditions, combinations."""
    if not isinstance(part, Mapping):
        return
    yield part
    if "$ref" in part:
        yield from _alternatives(_referenced(part["$ref"], schema), schema)
    for keyword in ("then", "else"):
        yield from _alternatives(part.get(keyword), schema)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in part.get(keyword, ()):
            yield from _alternatives(inner, schema)


def _referenced(reference: str, schema: Mapping[str, Any]) -> Any:
    part: Any = schema
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part
