"""Problems as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which code hosts show beside the lines."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from reconciler.cli.pages import page, title
from reconciler.cli.subjects import Checked
from reconciler.model.place import Place
from reconciler.model.problem import Problem

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"


def report(checked: Checked) -> str:
    """One log with one run. Columns count characters of Unicode, as everywhere here; a problem of a whole file has no region."""
    codes = sorted({problem.code for problem in checked.problems})
    run = {
        "tool": {"driver": {"name": "reconciler", "version": version("reconciler"), "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes) for problem in checked.problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True) + "\n"


def _rule(code: str) -> dict[str, Any]:
    words = page(code)
    return {"id": code, "shortDescription": {"text": title(code)}, "help": {"text": words, "markdown": words}}


def _result(problem: Problem, codes: Sequence[str]) -> dict[str, Any]:
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity.value,
        "message": {"text": _sound(text)},
        "locations": [_location(problem.place)],
    }
    if problem.related:
        result["relatedLocations"] = [{"id": index, **_location(place)} for index, place in enumerate(problem.related)]
    return result


def _location(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.origin.path)}
    if (place.line, place.column, place.end_line, place.end_column) != (1, 1, 1, 1):
        physical["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": max(place.end_column, place.column) if place.line == place.end_line else place.end_column,
        }
    location: dict[str, Any] = {"physicalLocation": physical}
    if place.origin.application is not None:
        location["message"] = {"text": _sound(f"in {place.origin}")}
    return location


def _artifact(path: str) -> dict[str, str]:
    """A path as a URI: relative to where the command ran, unless it is absolute."""
    raw = path.encode("utf-8", "surrogateescape")
    if PurePath(path).is_absolute():
        return {"uri": f"file://{quote(raw)}"}
    return {"uri": quote(raw), "uriBaseId": _ROOT}


def _sound(text: str) -> str:
    """Text that every reader of JSON takes: no halves of surrogate pairs."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
