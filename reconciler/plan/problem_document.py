"""The one JSON shape of problems (docs/json.md): plain dictionaries with keys in a fixed order."""

from collections.abc import Iterable
from typing import Any, Final

from reconciler.model.place import Place
from reconciler.model.problem import Problem

VERSION: Final = 1
"""Of every document."""

Document = dict[str, Any]


def place_of(place: Place) -> Document:
    """Where something is written; application and commit are null for a file on the local disk."""
    origin = place.origin
    return {
        "application": origin.application,
        "commit": origin.commit,
        "file": origin.path,
        "line": place.line,
        "column": place.column,
    }


def problem_of(problem: Problem) -> Document:
    """One problem, as `validate` and `plan` give it."""
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        **place_of(problem.place),
        "end_line": problem.place.end_line,
        "end_column": problem.place.end_column,
        "message": problem.message,
        "hint": problem.hint,
        "related": [place_of(place) for place in problem.related],
    }


def problems_document(problems: Iterable[Problem]) -> Document:
    """The answer of `validate`."""
    return {"version": VERSION, "problems": [problem_of(problem) for problem in problems]}
