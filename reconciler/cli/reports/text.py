"""Problems for people: one line each, its hint and related places below it, and on a terminal the line of the file."""

from collections import Counter
from collections.abc import Iterator

import click

from reconciler.cli.output import severity_word, terminal_width
from reconciler.cli.reports.excerpt import excerpt
from reconciler.cli.subjects import Checked
from reconciler.cli.visible import visible
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity


def report(checked: Checked) -> str:
    """All problems, and a line that counts them."""
    width = terminal_width()
    lines = [line for problem in checked.problems for line in _lines(problem, checked, width=width)]
    return "\n".join([*lines, _summary(checked)]) + "\n"


def _lines(problem: Problem, checked: Checked, *, width: int | None) -> Iterator[str]:
    yield f"{visible(str(problem.place))}: {severity_word(problem.severity)} {problem.code} {visible(problem.message)}"
    yield from _shown(problem.place, checked, width=width)
    if problem.hint:
        yield f"    {visible(problem.hint)}"
    for place in problem.related:
        yield f"    see {visible(str(place))}"
        yield from _shown(place, checked, width=width)


def _shown(place: Place, checked: Checked, *, width: int | None) -> Iterator[str]:
    source = checked.sources.get(place.origin)
    if width is None or source is None:
        return
    for line in excerpt(source, place, width=width):
        yield click.style(line, dim=True) if line.endswith("^") else line


def _summary(checked: Checked) -> str:
    counts = Counter(problem.severity for problem in checked.problems)
    parts = [f"{counts[one]} {one}{'' if counts[one] == 1 else 's'}" for one in Severity if counts[one]]
    return ", ".join(parts) or "no problems"
