"""The JSON Schemas of answers (docs/json.md), as `reconciler schema` prints them: one document each, which needs no other."""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any

_FILE = files("reconciler.cli") / "answers.schema.json"
_LOCAL = "#/$defs/"


class Answer(StrEnum):
    """The commands whose answers have a schema."""

    VALIDATE = "validate"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    WINDOWS_EXPLAIN = "windows-explain"
    WINDOWS_NEXT = "windows-next"
    WINDOWS_CALENDAR = "windows-calendar"
    WINDOWS_CHECK = "windows-check"


def answer_schema(answer: Answer) -> str:
    """The schema (draft 2020-12) of what a command prints with `--output json`."""
    shared = json.loads(_FILE.read_text("utf-8"))
    parts: dict[str, Any] = shared["$defs"]
    needed = dict.fromkeys(_needed(parts[answer], parts))
    defs = {name: part for name, part in parts.items() if name in needed}
    return json.dumps({"$schema": shared["$schema"], **parts[answer], "$defs": defs}, indent=2) + "\n"


def _needed(schema: Any, parts: Mapping[str, Any]) -> Iterator[str]:
    """The names of the parts that a schema leans on, directly or through others; nothing leans on itself."""
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix(_LOCAL)
            yield name
            yield from _needed(parts[name], parts)
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _needed(part, parts)
