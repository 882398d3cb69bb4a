"""A good file with one mistake planted in it has exactly that one problem, at exactly that place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.model.ids import AppName
from reconciler.model.place import Origin, Place
from reconciler.model.problem import Problem
from reconciler.plan.check import Repository, check_repository, check_template
from reconciler.spec.schedules import read_schedules
from reconciler.spec.settings import read_settings
from tests.codes import codes_of
from tests.invalid import BY_COMMAND, CASES

FOLDER = Path(__file__).resolve().parent / "mutations"
CONFIG, SCHEDULES = "config.yaml", ".release/schedules.yaml"
RELEASE, TEMPLATE, VARIABLES = ".release.yaml", ".release/application_template.yaml", ".release/environment_variables.yaml"
FILES = {"release": RELEASE, "template": TEMPLATE, "variables": VARIABLES, "schedules": SCHEDULES, "config": CONFIG}

ELSEWHERE = {
    "R001": "a mebibyte; tests/cli/test_invalid_files.py",
    "R002": "bytes that are no text; tests/spec/test_reader.py",
    "R003": "a control character; tests/spec/test_reader.py",
    "R201": "an empty file; fixtures/invalid",
    "R250": "a folder without files; fixtures/invalid",
    "R251": "a file that is missing; fixtures/invalid",
    "R252": "a link out of the repository; tests/cli/test_invalid_files.py",
    "R301": "a file that is no mapping; fixtures/invalid",
    "R302": "a note that needs an entry to be missing; fixtures/invalid",
    "R312": "said where config.yaml gives no domain; fixtures/invalid",
    "R401": "an empty file; fixtures/invalid",
    "R701": "an empty file; fixtures/invalid",
    "R801": "an empty file; fixtures/invalid",
    "R802": "said where config.yaml tells which application a repository is; fixtures/invalid",
}
"""Codes of single repositories that no small change of a good file can show, each with where it is shown instead."""


@dataclass(frozen=True)
class Mutation:
    """One mistake: the text with it, and where it must be found; `related` are the other places of a collision."""

    format: str
    code: str
    severity: str
    title: str
    text: str
    place: tuple[int, int, int, int]
    related: tuple[tuple[int, int, int, int], ...]


def mutations() -> Iterator[Mutation]:
    """The rows of the table. `«…»` marks the place of the problem, `‹…›` a related one; `*` begins a second change, or
    marks in a text that stays as it is."""
    for name in FILES:
        base = (FOLDER / f"{name}.yaml").read_text()
        for row in re.split(r"^# (?=R\d{3} )", (FOLDER / f"{name}.txt").read_text(), flags=re.MULTILINE)[1:]:
            head, _, body = row.partition("\n")
            code, severity, title = head.split(" ", 2)
            yield _mutation(base, body, head=(name, code, severity, title))


def _mutation(base: str, body: str, *, head: tuple[str, str, str, str]) -> Mutation:
    text = base
    for change in body.rstrip("\n").split("\n*\n"):
        old, arrow, new = change.partition("\n=>\n")
        text = _put(text, old if arrow else re.sub("[«»‹›]", "", old), new if arrow else old)
    (place,), related = _spans(text, "«»"), _spans(text, "‹›")
    return Mutation(*head, text=re.sub("[«»‹›]", "", text), place=place, related=related)


def _put(text: str, old: str, new: str) -> str:
    """The text with whole lines that begin with the old ones changed, or else the one place where they stand."""
    at = [match.start() for match in re.finditer(f"^{re.escape(old)}", text, re.MULTILINE)]
    at = at or [match.start() for match in re.finditer(re.escape(old), text)]
    assert len(at) == 1, f"{old!r} stands {len(at)} times"
    return text[: at[0]] + new + text[at[0] + len(old) :]


def _spans(text: str, marks: str) -> tuple[tuple[int, int, int, int], ...]:
    begin, end = marks[0], marks[1]
    found = []
    for match in re.finditer(f"{begin}([^{end}]*){end}", text):
        found.append((*_position(text, match.start(1)), *_position(text, match.end(1))))
    return tuple(found)


def _position(text: str, offset: int) -> tuple[int, int]:
    lines = re.sub("[«»‹›]", "", text[:offset]).split("\n")
    return len(lines), len(lines[-1]) + 1


def problems(format: str, text: str) -> tuple[Problem, ...]:
    """What is said of a repository whose one file has this text, and whose others are good."""
    if format == "config":
        return read_settings(text.encode(), Origin(CONFIG), folder=Path("/etc"), home=Path("/home/ada"))[1]
    texts = {path: (FOLDER / f"{name}.yaml").read_text() for name, path in FILES.items()} | {FILES[format]: text}
    texts[RELEASE] += f"schedules: {SCHEDULES}\n" if format == "schedules" else ""
    files = {path: content.encode() for path, content in texts.items()}
    return check_repository(Repository(AppName("shop"), "here", files.get, Origin), read_schedules)


def span(place: Place) -> tuple[int, int, int, int]:
    """The four numbers of a place."""
    return (place.line, place.column, place.end_line, place.end_column)


TABLE = list(mutations())


@pytest.mark.parametrize("format", FILES)
def test_the_files_are_good(format: str) -> None:
    assert problems(format, (FOLDER / f"{format}.yaml").read_text()) == ()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.code}-{row.title}".replace(" ", "-"))
def test_a_mistake_is_the_one_problem_at_its_place(row: Mutation) -> None:
    found = problems(row.format, row.text)

    assert [(one.code, one.severity.value, one.place.origin.path) for one in found] == [
        (row.code, row.severity, FILES[row.format])
    ], [str(one) for one in found]
    assert span(found[0].place) == row.place
    assert set(row.related) <= {span(place) for place in found[0].related}


def test_the_table_holds_every_code_that_validate_can_give() -> None:
    """Codes of groups have folders instead, with a repository for each member: fixtures/invalid, tests/cli/test_pages.py."""
    assert codes_of("validate") - {row.code for row in TABLE} == set(ELSEWHERE)
    assert codes_of("validate --config") - codes_of("validate") <= set(CASES) | BY_COMMAND


def test_a_template_alone_says_the_same(tmp_path: Path) -> None:
    row = next(row for row in TABLE if row.code == "R104")
    found = check_template(row.text.encode(), Origin(TEMPLATE), name=AppName("shop"))
    assert [(one.code, span(one.place)) for one in found] == [("R104", row.place)]
