"""The environment variables file: values as written, secrets as references, mistakes at their lines."""

import json
from pathlib import Path

import pytest

from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity, errors_of
from reconciler.model.variables import SecretReference, Variables
from reconciler.spec.variables import read_variables

ORIGIN = Origin("variables.yaml")
KNOWN_ERRORS: dict[str, str] = {}
"""Real files with errors, each with the reason; so far there is none."""


def read_text(text: str) -> tuple[Variables | None, tuple[Problem, ...]]:
    """The variables and their problems."""
    return read_variables(text.encode(), ORIGIN)


def variables(text: str) -> Variables:
    """The variables of a text without errors."""
    found, problems = read_text(text)
    assert found is not None, problems
    return found


def defaults(*entries: str) -> str:
    """A file whose defaults are these entries."""
    return "defaults:\n" + "".join(f"- {entry}\n" for entry in entries)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.10", "1.10"),
        ("true", "true"),
        ("True", "True"),
        ("", ""),
        ("~", ""),
        ("'x y'", "x y"),
        ("0x1F", "0x1F"),
        ("007", "007"),
    ],
)
def test_a_value_is_its_text_as_written(written: str, value: str) -> None:
    entry = variables(defaults(f"{{key: A, value: {written}}}")).defaults[0]
    assert (entry.key, entry.value, entry.secret, entry.reference) == ("A", value, False, None)


@pytest.mark.parametrize(
    ("written", "reference"),
    [
        ("$secrets.rsm.TOKEN", SecretReference("rsm", "TOKEN")),
        ("$secrets.aws./openai/api-token", SecretReference("aws", "openai/api-token")),
        ("$secrets.vault.a/b.c.d", SecretReference("vault", "a/b.c.d")),
    ],
)
def test_a_reference_names_store_and_path(written: str, reference: SecretReference) -> None:
    entry = variables(defaults(f"{{key: A, value: {written}}}")).defaults[0]
    assert (entry.value, entry.secret, entry.reference) == (None, True, reference)


def test_a_secret_without_value_is_looked_up_by_its_name() -> None:
    found = variables(defaults("{key: A, secret: true}", "{key: B, secret: true, value: }")).defaults
    assert [entry.reference for entry in found] == [SecretReference(None, "A"), SecretReference(None, "B")]


@pytest.mark.parametrize("written", ["$secrets.rsm", "$secrets.rsm.", "$secrets..x", "$secrets.rsm.../x", "$secrets.rsm.a/../b"])
def test_a_reference_that_leads_nowhere_is_an_error(written: str) -> None:
    found, problems = read_text(defaults(f"{{key: A, value: {written}}}"))
    assert found is None
    assert [(problem.code, problem.place.line, problem.place.column) for problem in problems] == [("R405", 2, 19)]


def test_a_secret_with_its_value_in_git_is_a_warning() -> None:
    found, problems = read_text(defaults("{key: A, value: hunter2, secret: true}"))
    assert found is not None
    assert (found.defaults[0].value, found.defaults[0].secret) == ("hunter2", True)
    assert [(problem.severity, problem.code) for problem in problems] == [(Severity.WARNING, "R404")]
    assert "hunter2" not in str(problems)


def test_a_variable_that_stands_twice_names_both_places() -> None:
    found, problems = read_text("services:\n  web:\n  - {key: A, value: 1}\n  - {key: A, value: 2}\n")
    assert found is None
    assert [(problem.code, problem.place.line, problem.related[0].line) for problem in problems] == [("R403", 4, 3)]


def test_a_service_may_repeat_a_default() -> None:
    found = variables("defaults:\n- {key: A, value: 1}\nservices:\n  web:\n  - {key: A, value: 2}\n  api: []\n  db:\n")
    assert {name: [entry.value for entry in entries] for name, entries in found.services.items()} == {
        "web": ["2"],
        "api": [],
        "db": [],
    }


@pytest.mark.parametrize("text", ["mapping: {A: B}\n", "defaults:\n", "services: {}\nmapping: {}\n", "gitops:\n"])
def test_sections_may_be_missing_or_empty(text: str) -> None:
    assert variables(text).defaults == ()


def test_mappings_and_immutable_keys_are_read() -> None:
    found = variables('mapping:\n  URL: API_INGRESS_URL\n  JOINED: "${A}/${B:-x}"\ngitops: {immutable_keys: [URL]}\n')
    assert [(entry.key, entry.text, entry.place.line) for entry in found.mapping] == [
        ("URL", "API_INGRESS_URL", 2),
        ("JOINED", "${A}/${B:-x}", 3),
    ]
    assert found.immutable_keys == ("URL",)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("mapping:\n- A: B\n", [("R103", 2)]),
        ("defaults: {A: b}\n", [("R103", 1)]),
        ("defaults:\n- A=b\n", [("R103", 2)]),
        ("defaults:\n- {key: A, value: {b: c}}\n", [("R103", 2)]),
        ("defaults:\n- {key: A}\n", [("R102", 2)]),
        ("defaults:\n- {value: a}\n", [("R102", 2)]),
        ("defaults:\n- {key: 1x, value: a}\n", [("R105", 2)]),
        ("defaults:\n- {key: A-B, value: a}\n", [("R105", 2)]),
        ("mapping: {A-B: C}\n", [("R105", 1)]),
        ("default:\n- {key: A, value: a}\n", [("R101", 1)]),
        ("defaults:\n- {key: A, vlaue: a}\n", [("R101", 2), ("R102", 2)]),
        ("envs: []\ndefaults: []\n", [("R402", 1)]),
        ("- key: A\n", [("R103", 1)]),
    ],
)
def test_mistakes_are_told_at_their_lines(text: str, problems: list[tuple[str, int]]) -> None:
    found, told = read_text(text)
    assert found is None
    assert sorted((problem.code, problem.place.line) for problem in told) == problems


def test_envs_is_read_as_defaults_with_a_warning() -> None:
    found, problems = read_text("envs:\n- {key: A, value: b}\n")
    assert found is not None
    assert [entry.key for entry in found.defaults] == ["A"]
    assert [(problem.code, problem.severity) for problem in problems] == [("R402", Severity.WARNING)]


def test_an_empty_file_sets_nothing() -> None:
    found, problems = read_text("# nothing\n")
    assert found is not None
    assert [(problem.code, problem.severity) for problem in problems] == [("R401", Severity.NOTE)]


def test_the_digest_moves_with_the_meaning_alone() -> None:
    one = "defaults:\n- {key: A, value: 1}\n- {key: B, value: 2}\n"
    same = "# a comment\nservices: {web: []}\ndefaults:\n- key: B\n  value: '2'\n\n- key: A\n  value: \"1\"\n"
    other = "defaults:\n- {key: A, value: 1}\n- {key: B, value: 2, secret: true}\n"
    assert variables(one).digest == variables(same).digest
    assert variables(one).digest != variables(other).digest


def test_every_real_file_reads_without_errors(corpus: Path) -> None:
    errors = {}
    for entry in json.loads((corpus / "manifest.json").read_text()):
        path = corpus / entry["repo"].replace("/", "+") / entry["path"]
        if entry["kind"] == "vars":
            found, problems = read_variables(path.read_bytes(), Origin(str(path.relative_to(corpus))))
            if errors_of(problems) or found is None:
                errors[str(path.relative_to(corpus))] = [str(problem) for problem in problems]
    assert set(errors) == set(KNOWN_ERRORS), errors
