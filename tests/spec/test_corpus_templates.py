"""Every real template and environment configuration configures, or its exception says what is wrong with it."""

import json
from pathlib import Path

import pytest

from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, errors_of
from reconciler.spec.configure import Names, configure
from reconciler.spec.template import read_template
from reconciler.spec.variables import read_variables

KINDS = {"app", "envcfg"}
MISTAKES = {
    ("releasehub-samples+telepresence-quickstart/example-app/app-template.yaml", "R011"): "`hostnames` stands twice",
}
FEWEST = 30


def real_files(corpus: Path) -> list[Path]:
    """The templates and environment configurations that are stored."""
    entries = json.loads((corpus / "manifest.json").read_text())
    found = [corpus / entry["repo"].replace("/", "+") / entry["path"] for entry in entries if entry["kind"] in KINDS]
    return [path for path in found if path.is_file()]


def problems_of(path: Path, entry: str) -> tuple[Problem, ...]:
    """All problems of a file as one type of environment."""
    template, problems = read_template(path.read_bytes(), Origin(path.name))
    assert template is not None, path
    _, more = configure(template, Names(AppName("shop"), "t1abcde", "example.com", {}, (entry,)))
    return (*problems, *more)


@pytest.mark.parametrize("entry", ["ephemeral", "permanent"])
def test_real_files_have_no_errors_but_their_real_mistakes(corpus: Path, entry: str) -> None:
    files = real_files(corpus)
    assert len(files) >= FEWEST

    found = {(str(path.relative_to(corpus)), problem.code) for path in files for problem in errors_of(problems_of(path, entry))}

    assert found == set(MISTAKES)


def test_no_key_of_a_real_file_is_unknown(corpus: Path) -> None:
    unknown = [
        str(problem) for path in real_files(corpus) for problem in problems_of(path, "ephemeral") if problem.code == "R101"
    ]

    assert unknown == []


CREDENTIALS = {
    "R404": "three variables with `secret: true` and their value beside it: real, and rightly told",
    "R406": "",
    "R019": "",
}
"""Doubts about values that real files have, with what they are; where nothing is written none of the files has one."""


def test_doubts_about_values_are_not_noisy(corpus: Path) -> None:
    entries = json.loads((corpus / "manifest.json").read_text())
    told = [problem.code for path in real_files(corpus) for problem in problems_of(path, "ephemeral")]
    for entry in entries:
        path = corpus / entry["repo"].replace("/", "+") / entry["path"]
        if entry["kind"] == "vars" and path.is_file():
            told += [problem.code for problem in read_variables(path.read_bytes(), Origin(path.name))[1]]
    assert {code: told.count(code) for code in CREDENTIALS} == {"R404": 3, "R406": 0, "R019": 0}
