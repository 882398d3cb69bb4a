"""`.release.yaml`: the forms found in the wild, and the mistakes people make in it."""

import json
from pathlib import Path

import pytest

from reconciler.model.errors import BadValue
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, errors_of
from reconciler.spec.release_file import ReleaseFile, read_release_file
from reconciler.spec.repository_path import repository_path

ORIGIN = Origin(".release.yaml")
KNOWN_ERRORS: dict[str, str] = {}
"""Real files with errors, each with the reason; so far there is none."""


def read_text(text: str) -> tuple[ReleaseFile | None, tuple[Problem, ...]]:
    """The file and its problems."""
    return read_release_file(text.encode(), ORIGIN)


def codes(text: str) -> list[str]:
    """The codes of the problems."""
    return [problem.code for problem in read_text(text)[1]]


def test_both_paths_are_read_and_normalised() -> None:
    release, problems = read_text("application_template: ./.release/app.yml\nenvironment_variables: release//vars.yaml\n")
    assert problems == ()
    assert release is not None
    assert (release.application_template, release.environment_variables) == (".release/app.yml", "release/vars.yaml")
    assert release.at("environment_variables").line == 2


def test_the_old_names_are_understood_with_a_warning() -> None:
    text = "default_app_template: a.yaml\ndefault_env_variables: b.yaml\n"
    release, problems = read_text(text)
    assert release is not None
    assert (release.application_template, release.environment_variables) == ("a.yaml", "b.yaml")
    assert [(problem.code, problem.place.line) for problem in problems] == [("R205", 1), ("R205", 2)]


def test_the_new_name_wins_over_the_old_one() -> None:
    release, problems = read_text("default_app_template: old.yaml\napplication_template: new.yaml\n")
    assert release is not None
    assert release.application_template == "new.yaml"
    assert problems[0].hint == "remove it"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n"])
def test_an_empty_file_is_a_warning(text: str) -> None:
    release, problems = read_text(text)
    assert release is not None
    assert release.application_template is None
    assert [problem.code for problem in problems] == ["R201"]


@pytest.mark.parametrize("text", ["branches: [main]\nplugins: [x]\n", "version: 2\n", "- a\n", "just words\n"])
def test_a_file_of_another_tool_is_left_alone(text: str) -> None:
    release, problems = read_text(text)
    assert release is not None
    assert release.foreign
    assert [problem.code for problem in problems] == ["R202"]
    assert errors_of(problems) == ()


def test_a_misspelt_key_gets_the_right_one_as_hint() -> None:
    release, problems = read_text("aplication_template: a.yaml\n")
    assert release is None
    assert [(problem.code, problem.hint) for problem in problems] == [("R101", "did you mean 'application_template'?")]


def test_without_a_template_the_file_says_what_to_do() -> None:
    release, problems = read_text("compose: docker-compose.yml\n")
    assert release is not None
    assert not release.foreign
    assert [problem.code for problem in problems] == ["R203"]
    assert ".release/application_template.yaml" in problems[0].hint


def test_an_inline_template_must_move_to_a_file() -> None:
    release, problems = read_text("application_template:\n  app: web\n")
    assert release is None
    assert [(problem.code, problem.place.line, problem.place.column) for problem in problems] == [("R103", 2, 3)]
    assert "move the template to a file" in problems[0].hint


def test_schedules_are_a_path_like_the_others() -> None:
    release, problems = read_text("application_template: a.yaml\nschedules: ./release/s.yaml\n")
    assert release is not None
    assert (release.schedules, problems) == ("release/s.yaml", ())
    assert codes("application_template: a.yaml\nschedules: ../s.yaml\n") == ["R204"]


def test_broken_yaml_has_no_value() -> None:
    release, problems = read_text("application_template: [\n")
    assert release is None
    assert [problem.code for problem in problems] == ["R010"]


def test_all_problems_are_told_at_once() -> None:
    assert codes("application_template: ../x\nfoo: 1\nenvironment_variables: /y\nfoo: 2\n") == ["R204", "R101", "R204", "R011"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "a/../../b", "~/x", "a\\b", "", ".", "./", "a/", "a\0b", "x" * 1025])
def test_a_path_never_leaves_the_repository(path: str) -> None:
    with pytest.raises(BadValue):
        repository_path(path)


def test_every_real_file_reads_without_errors(corpus: Path) -> None:
    errors = {}
    for entry in json.loads((corpus / "manifest.json").read_text()):
        path = corpus / entry["repo"].replace("/", "+") / entry["path"]
        if entry["kind"] == "rel":
            release, problems = read_release_file(path.read_bytes(), Origin(str(path.relative_to(corpus))))
            if errors_of(problems) or release is None:
                errors[str(path.relative_to(corpus))] = [str(problem) for problem in problems]
    assert set(errors) == set(KNOWN_ERRORS), errors
