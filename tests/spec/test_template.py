"""How the bytes of a template are read and checked before anything is merged."""

import pytest

from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity
from reconciler.spec.template import Template, read_template

ORIGIN = Origin("template.yaml")


def read(text: str) -> tuple[Template | None, tuple[Problem, ...]]:
    """A template from its text."""
    return read_template(text.encode(), ORIGIN)


def test_a_template_says_which_branches_it_tracks_and_where() -> None:
    template, problems = read("tracking_branch: bug-1\ntracking_tag: v1.2\n")

    assert problems == ()
    assert template is not None
    assert (template.tracking.tracking_branch, template.tracking.tracking_tag) == ("bug-1", "v1.2")
    assert template.tracking.branch_place is not None
    assert (template.tracking.branch_place.line, template.tracking.branch_place.column) == (1, 18)


def test_a_branch_that_looks_like_a_number_keeps_its_text() -> None:
    template, problems = read("tracking_branch: 1.20\n")

    assert problems == ()
    assert template is not None
    assert template.tracking.tracking_branch == "1.20"


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is empty"), ("# only a comment\n", "is empty"), ("- a\n", "not a mapping"), ("text\n", "not a mapping")],
)
def test_what_is_no_mapping_is_one_problem(text: str, message: str) -> None:
    template, problems = read(text)

    assert template is None
    (problem,) = problems
    assert (problem.code, problem.severity) == ("R301", Severity.ERROR)
    assert message in problem.message


def test_a_syntax_error_is_told_once() -> None:
    template, problems = read("services: [\n")

    assert template is None
    assert len(problems) == 1


def test_a_template_with_a_wrong_type_is_flawed_and_still_says_what_it_tracks() -> None:
    template, problems = read("services: {}\ntracking_branch: main\n")

    assert [problem.code for problem in problems] == ["R103"]
    assert template is not None
    assert template.flawed
    assert template.tracking.tracking_branch == "main"


def test_a_misspelt_key_is_an_error_with_the_key_that_was_meant() -> None:
    template, problems = read("services:\n- name: web\n  imaeg: web\n")

    (problem,) = problems
    assert (problem.code, problem.severity, problem.place.line, problem.place.column) == ("R101", Severity.ERROR, 3, 3)
    assert problem.hint == "did you mean 'image'?"
    assert template is not None
    assert template.flawed


def test_a_key_that_resembles_none_is_a_doubt() -> None:
    template, problems = read("services:\n- name: web\n  zzz: 1\n")

    assert [(problem.code, problem.severity) for problem in problems] == [("R101", Severity.WARNING)]
    assert template is not None
    assert not template.flawed


def test_mode_is_said_to_be_deprecated() -> None:
    _, problems = read("mode: development\n")

    assert [(problem.code, problem.severity) for problem in problems] == [("R306", Severity.WARNING)]


@pytest.mark.parametrize(
    "text",
    [
        "services: [{name: web, ports: [{type: node_port, port: '80', target_port: 80, loadbalancer: 'false'}]}]",
        "resources: {cpu: {limits: 48, requests: 100m}, memory: {requests: 1Gi}, replicas: '2'}",
        "services:\njobs: null\nhostnames: []\n",
        "services: [{name: web, envs: [{key: A, value: true}, {key: B, value: 1.50}, {key: C, value: }]}]",
        "charts: [{name: a, values: [a.yaml], anything: else}]",
        "environment_templates: [{name: ephemeral, datasets: [{name: pool}], services: [{name: a, remove: true}]}]",
    ],
)
def test_the_loose_forms_of_real_files_are_accepted(text: str) -> None:
    template, problems = read(text)

    assert problems == ()
    assert template is not None
