"""The JSON Schemas of answers (docs/json.md), as `reconciler schema` prints them: one document each, which needs no other."""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any

_FOLDER = files("reconciler.cli") / "answers"
"""One file per family of answers; a part of one may be meant in all of them."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LOCAL = "#/$defs/"


class Answer(StrEnum):
    """The commands whose answers have a schema: every one that has `--output json`."""

    INIT = "init"
    VALIDATE = "validate"
    FMT = "fmt"
    PLAN = "plan"
    SYNC = "sync"
    STATUS = "status"
    IMPORTS_SHOW = "imports-show"
    HISTORY = "history"
    EXPLAIN = "explain"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    WINDOWS_EXPLAIN = "windows-explain"
    WINDOWS_NEXT = "windows-next"
    WINDOWS_CALENDAR = "windows-calendar"
    WINDOWS_CHECK = "windows-check"
    TEARDOWN = "teardown"


def answer_schema(answer: Answer) -> str:
    """The schema (draft 2020-12) of what a command prints with `--output json`."""
    parts = _parts()
    needed = dict.fromkeys(_needed(parts[answer], parts))
    defs = {name: part for name, part in parts.items() if name in needed}
    return json.dumps({"$schema": _DIALECT, **parts[answer], "$defs": defs}, indent=2) + "\n"


def _parts() -> dict[str, Any]:
    """The parts of all files, by their names."""
    documents = [json.loads(file.read_text("utf-8")) for file in sorted(_FOLDER.iterdir(), key=lambda file: file.name)]
    return {name: part for document in documents for name, part in document["$defs"].items()}


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
