"""Problems as annotations of GitHub Actions: workflow commands that it shows beside the lines of a pull request."""

from typing import Final

from reconciler.cli.subjects import Checked
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_MESSAGES: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES: Final = {**_IN_MESSAGES, ":": "%3A", ",": "%2C"}


def report(checked: Checked) -> str:
    """One command a line; columns are given only for a stretch of one line, as GitHub takes them."""
    return "".join(f"{_command(problem)}\n" for problem in checked.problems)


def _command(problem: Problem) -> str:
    properties = {**_position(problem.place), "title": problem.code}
    said = ",".join(f"{name}={_escaped(value, _IN_PROPERTIES)}" for name, value in properties.items())
    lines = [problem.message, problem.hint, *(f"see {place}" for place in problem.related)]
    message = "\n".join(line for line in lines if line)
    return f"::{_COMMANDS[problem.severity]} {said}::{_escaped(message, _IN_MESSAGES)}"


def _position(place: Place) -> dict[str, str]:
    position = {"file": place.origin.path, "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:
        position |= {"col": str(place.column), "endColumn": str(max(place.column, place.end_column - 1))}
    return position


def _escaped(text: str, escapes: dict[str, str]) -> str:
    """As the runner reads it back: `%` first, then what would end the command or one of its properties."""
    clean = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(escapes.get(character, character) for character in clean)
