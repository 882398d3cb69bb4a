"""Plants mistakes at places of real files, and says by other means than the validator whether a file is still good."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem
from reconciler.plan.check import check_template, check_variables_file
from reconciler.spec.node import MappingNode, Member, Node, Scalar, SequenceNode
from reconciler.spec.reader import read
from reconciler.spec.schema import Format, text

FORMATS = {"app": Format.TEMPLATE, "envcfg": Format.TEMPLATE, "vars": Format.VARIABLES}
KINDS = ("delete", "misspell", "wrong type", "duplicate", "bad reference")
REFERENCES = {"from_services", "claim", "service", "tasks", "order_from", "depends_on"}
NOWHERE = "nowhere-at-all"


@dataclass(frozen=True)
class Seed:
    """A real file with the entries of its mappings, each with the keys above it."""

    path: Path
    format: Format
    text: str
    entries: tuple[tuple[tuple[str, ...], str, Member], ...]


@dataclass(frozen=True)
class Planted:
    """A file with one mistake, which was planted in a line."""

    seed: Seed
    kind: str
    text: str
    line: int
    name: str


def seeds(corpus: Path) -> tuple[Seed, ...]:
    """The templates and variables files of the corpus that have no problem themselves but notes and warnings."""
    found = []
    for entry in json.loads((corpus / "manifest.json").read_text()):
        path = corpus / entry["repo"].replace("/", "+") / entry["path"]
        if entry["kind"] in FORMATS and path.is_file():
            source = path.read_text()
            root = read(source.encode(), Origin("seed")).root
            kind = FORMATS[entry["kind"]]
            if isinstance(root, MappingNode) and not lacks(source, kind):
                found.append(Seed(path, kind, source, tuple(_entries(root, ()))))
    return tuple(found)


def _entries(node: Node, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Member]]:
    if isinstance(node, MappingNode):
        for key, member in node.members.items():
            yield above, key, member
            if key in REFERENCES and isinstance(member.value, SequenceNode):
                yield from ((above, key, Member(item.place, item)) for item in member.value.items if isinstance(item, Scalar))
            yield from _entries(member.value, (*above, key))
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from _entries(item, above)


def plant(seed: Seed, at: int, kind: str) -> Planted | None:
    """The file with a mistake at an entry; `None` where that kind of mistake cannot be made there."""
    above, key, member = seed.entries[at % len(seed.entries)]
    lines = seed.text.splitlines(keepends=True)
    row, value = member.key.line - 1, member.value.place
    before = lines[row][: member.key.column - 1]
    start, end = value.column - 1, value.end_column - 1
    one_line = isinstance(member.value, Scalar) and value.line == value.end_line == row + 1
    bare = not before.replace("-", "").strip() and lines[row][member.key.column - 1 :].startswith(f"{key}:")
    refers = kind == "bad reference" and key in REFERENCES and seed.format is Format.TEMPLATE
    if not (one_line and (bare or refers)) or start == end:
        return None
    rest = lines[row + 1 :]
    if refers:
        changed = [lines[row][:start] + NOWHERE + lines[row][end:]]
    elif kind == "delete":
        changed, rest = _without(before, rest)
    elif kind == "misspell":
        changed = [before + key[:-1] + "q" + key[-1] + lines[row][len(before) + len(key) :]]
    elif kind == "wrong type":
        changed = [lines[row][:start] + "{wrong: [type]}" + lines[row][end:]]
    elif kind == "duplicate":
        changed = [lines[row].rstrip("\n") + "\n", " " * len(before) + lines[row][len(before) :]]
    else:
        return None
    line = row + (2 if kind == "duplicate" else 1)
    return Planted(seed, kind, "".join([*lines[:row], *changed, *rest]), line, ".".join((*above, key)))


def _without(before: str, rest: list[str]) -> tuple[list[str], list[str]]:
    """What stands before a key that is deleted, and the lines after it; the next key of an item moves to its hyphen."""
    if "-" not in before:
        return [], rest
    if rest and rest[0].startswith(" " * len(before)) and rest[0][len(before) : len(before) + 1] not in {" ", "-", ""}:
        return [before + rest[0].lstrip()], rest[1:]
    return [before.rstrip() + "\n"], rest


def lacks(source: str, format: Format) -> str:
    """What another reader of YAML and another validator of JSON Schema have against a text; nothing where it is good."""
    try:
        value = YAML(typ="safe", pure=True).load(io.StringIO(source))
    except (YAMLError, ValueError) as error:
        return f"YAML: {error}"
    schema: dict[str, Any] = json.loads(text(format))
    found = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(_json(value))), None)
    return f"schema: {found.message}" if found is not None else ""


def _json(value: Any) -> Any:
    """Dates and the like, which JSON does not have, are text."""
    if isinstance(value, dict):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def is_mistake(planted: Planted) -> bool:
    """Whether the file is wrong now. A reference to nothing is; of an application with imports nobody can say without them."""
    if planted.kind == "bad reference":
        return "app_imports" not in planted.seed.text
    return bool(lacks(planted.text, planted.seed.format))


def said_of(planted: Planted) -> tuple[Problem, ...]:
    """What the validator says of the file."""
    source, origin = planted.text.encode(), Origin("file")
    if planted.seed.format is Format.TEMPLATE:
        return check_template(source, origin, name=AppName("shop"))
    return check_variables_file(source, origin, configurations=[])


def is_named(planted: Planted, problems: tuple[Problem, ...]) -> bool:
    """Whether a problem names the planted line; for a key that is gone, whether it names the mapping around it."""
    for problem in problems:
        place = problem.place
        if place.line == planted.line or any(other.line == planted.line for other in problem.related):
            return True
        if planted.kind in {"delete", "misspell"} and problem.code == "R102" and place.line <= planted.line <= place.end_line + 1:
            return True
    return False
