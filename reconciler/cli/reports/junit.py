"""Problems as JUnit XML: a suite for each file that was read, a test case for each error or warning in it."""

import xml.sax.saxutils as xml
from collections.abc import Iterator, Mapping
from itertools import groupby

from reconciler.cli.subjects import Checked
from reconciler.cli.visible import visible
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity


def report(checked: Checked) -> str:
    """One document. Errors are failures; warnings and notes pass, with their words as output; a file without any passes."""
    found = _by_file(checked)
    failures = sum(problem.severity is Severity.ERROR for problem in checked.problems)
    tests = sum(max(1, len(problems)) for problems in found.values())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="reconciler validate" tests="{tests}" failures="{failures}" errors="0">',
        *(line for origin, problems in found.items() for line in _suite(origin, problems)),
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _by_file(checked: Checked) -> Mapping[Origin, tuple[Problem, ...]]:
    ordered = sorted(checked.problems, key=lambda problem: problem.place.order)
    told = {origin: tuple(problems) for origin, problems in groupby(ordered, key=lambda problem: problem.place.origin)}
    quiet: dict[Origin, tuple[Problem, ...]] = dict.fromkeys(checked.sources, ())
    return quiet | told


def _suite(origin: Origin, problems: tuple[Problem, ...]) -> Iterator[str]:
    failures = sum(problem.severity is Severity.ERROR for problem in problems)
    name = _quoted(str(origin))
    yield f'  <testsuite name={name} tests="{max(1, len(problems))}" failures="{failures}" errors="0" skipped="0">'
    if not problems:
        yield f'    <testcase classname={name} name="valid"/>'
    for problem in problems:
        yield from _case(problem, name)
    yield "  </testsuite>"


def _case(problem: Problem, suite: str) -> Iterator[str]:
    place = problem.place
    title = _quoted(f"{problem.code} at {place.line}:{place.column}")
    yield f'    <testcase classname={suite} name={title} file={_quoted(place.origin.path)} line="{place.line}">'
    words = [f"{place}: {problem.message}", problem.hint, *(f"see {related}" for related in problem.related)]
    text = _escaped("\n".join(visible(word) for word in words if word))
    if problem.severity is Severity.ERROR:
        yield f'      <failure type="{problem.code}" message={_quoted(problem.message)}>{text}</failure>'
    else:
        yield f"      <system-out>{text}</system-out>"
    yield "    </testcase>"


def _quoted(text: str) -> str:
    """An attribute's value, in quotes; what XML cannot hold is written as an escape."""
    return xml.quoteattr(visible(text))


def _escaped(text: str) -> str:
    return xml.escape(text)
