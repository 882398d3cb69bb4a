"""The problems of one document, collected while it is read, so that a person sees all of them at once."""

from collections.abc import Iterable

from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity, errors_of, in_order
from reconciler.spec.limits import HINTED, KNOWN
from reconciler.spec.problems_of import close_to, shortened


class Findings:
    """Collects problems; a reader adds to it and goes on."""

    __slots__ = ("_problems",)

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def error(self, code: str, place: Place, *, message: str, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        """Adds what stops."""
        self._problems.append(Problem(Severity.ERROR, code, place, shortened(message), hint, related))

    def warning(self, code: str, place: Place, *, message: str, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        """Adds a doubt."""
        self._problems.append(Problem(Severity.WARNING, code, place, shortened(message), hint, related))

    def note(self, code: str, place: Place, *, message: str, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        """Adds what is said for information."""
        self._problems.append(Problem(Severity.NOTE, code, place, shortened(message), hint, related))

    def add(self, problems: Iterable[Problem]) -> None:
        """Adds problems that were found elsewhere."""
        self._problems.extend(problems)

    def did_you_mean(self, word: str, known: Iterable[str]) -> str:
        """A hint with the known word that was most likely meant, or with all of them.

        Empty where none or too many are known, and where so much is wrong already that nobody reads hints.
        """
        names = sorted(known)
        if len(names) > KNOWN or len(self._problems) >= HINTED:
            return ""
        return close_to(word, names) or (f"known here: {', '.join(names)}" if names else "")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them once, by place."""
        return in_order(self._problems)

    @property
    def fatal(self) -> bool:
        """Whether one of them stops."""
        return bool(errors_of(self._problems))
