"""A finding about a file: what, where, and what to do next."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.place import Place


class Severity(StrEnum):
    """How much a problem matters: an error stops, a warning is a doubt, a note is for information."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about a file.

    `code` is stable (`R101`, listed in `docs/problems.md`); `message` names the thing first; `hint` says what to do next
    and may be empty; `related` are further places that take part, such as the other one of two that collide.
    """

    severity: Severity
    code: str
    place: Place
    message: str
    hint: str = ""
    related: tuple[Place, ...] = ()

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {self.severity} {self.code} {self.message}{hint}"


def in_order(problems: list[Problem] | tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems once each, by file, line and column."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.place.order, problem.code, problem.message)))


def errors_of(problems: list[Problem] | tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those that stop."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)
