"""Names that must lead somewhere."""

import pytest

from reconciler.model.configuration import Configuration
from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity
from reconciler.spec.configure import Names, configure
from reconciler.spec.references import check_variables
from reconciler.spec.template import read_template
from reconciler.spec.variables import read_variables

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def configured(text: str, *, entry: str = "ephemeral") -> tuple[Configuration | None, tuple[Problem, ...]]:
    """The configuration of a template for application `shop`, and its problems but notes."""
    template, problems = read_template(text.encode(), Origin("template.yaml"))
    assert template is not None
    configuration, more = configure(template, Names(AppName("shop"), "t1abcde", "example.com", {}, (entry,)))
    return configuration, tuple(problem for problem in (*problems, *more) if problem.severity is not Severity.NOTE)


CASES = {
    "services: [{name: a, image: a, depends_on: [b]}]": [("R340", WARNING)],
    "services: [{name: a, image: a, depends_on: [b]}]\napp_imports: [{name: other}]": [],
    "services: [{name: a, image: a, depends_on: [a]}]": [("R341", ERROR)],
    "services: [{name: a, image: a, depends_on: [b]}, {name: b, image: b, depends_on: [a]}]": [("R341", ERROR)],
    "services: [{name: a, image: a, depends_on: [b, c]}, {name: b, image: b, depends_on: [c]}, {name: c, image: c}]": [],
    "jobs: [{name: j, from_services: gone}]": [("R342", ERROR)],
    "jobs: [{name: j, from_services: gone, image: a}]": [("R342", WARNING)],
    "jobs: [{name: j, from_services: gone}]\napp_imports: [{name: other}]": [("R342", WARNING)],
    "hostnames: [{chart: a.example.com}]\ncharts: [{name: chart}]": [("R343", WARNING)],
    "rules: [{service: gone, hostnames: [a.example.com]}]": [("R343", WARNING)],
    "workflows: [{name: setup, order_from: [charts.a, infrastructure.b, jobs.all]}]": [],
    "workflows: [{name: teardown, order_from: [release.remove_environment]}]": [],
    "workflows: [{name: setup, order_from: [jobs.gone]}]": [("R344", WARNING)],
    "services: [{name: a, image: a, volumes: [{claim: gone, mount_path: /a}]}]": [("R345", ERROR)],
    "app_imports: [{name: b}, {name: b}]": [("R325", ERROR)],
    "app_imports: [{name: shop}]": [("R346", ERROR)],
    "app_imports: [{name: b, exclude_services: [{name: x}, {name: x}]}]": [("R326", WARNING)],
}


@pytest.mark.parametrize(("text", "expected"), list(CASES.items()))
def test_names_that_lead_nowhere(text: str, expected: list[tuple[str, Severity]]) -> None:
    _, problems = configured(text)

    assert [(problem.code, problem.severity) for problem in problems] == expected


def test_a_ring_is_told_with_its_members_and_their_places() -> None:
    _, problems = configured("""
services:
- {name: start, image: a, depends_on: [a]}
- {name: a, image: a, depends_on: [b]}
- {name: b, image: b, depends_on: [a]}
""")

    (problem,) = problems
    assert problem.message == "services wait for each other: a → b → a"
    assert (problem.place.line, [place.line for place in problem.related]) == (4, [5])


def test_what_an_entry_removes_may_still_be_named() -> None:
    text = """
services: [{name: "${app_name}-db", image: db}, {name: web, image: web, depends_on: ["${app_name}-db"]}]
jobs: [{name: seed, image: a}]
hostnames: [{"${app_name}-db": a.example.com}]
workflows: [{name: setup, order_from: ["services.${app_name}-db", jobs.seed, services.web]}]
environment_templates:
- name: permanent
  services: [{name: "${app_name}-db", remove: true}]
  jobs: [{name: seed, remove: true}]
"""
    configuration, problems = configured(text, entry="permanent")

    assert problems == ()
    assert configuration is not None
    assert [service.name for service in configuration.services] == ["web"]


def test_what_was_meant_is_looked_for_as_long_as_somebody_reads_it() -> None:
    waits = ", ".join(f"x{i}" for i in range(150))
    services = f"services: [{{name: web, image: a}}, {{name: api, image: a, depends_on: [{waits}]}}]"
    _, found = configured(f"environment_templates: [{{name: ephemeral}}]\n{services}")

    assert [problem.hint for problem in found] == ["known here: web"] * 100 + [""] * 50


def test_a_text_of_any_length_makes_a_message_that_can_be_read() -> None:
    _, found = configured(f"services: [{{name: web, image: '{'a' * 9_000} b'}}]")

    assert [problem.code for problem in found] == ["R631"]
    assert len(found[0].message) < 310
    assert found[0].message.startswith("image 'aaaa")
    assert found[0].message.endswith("aaa b' is not the name of an image")


def test_a_service_that_only_the_variables_name_is_a_doubt() -> None:
    configuration, _ = configured("services: [{name: web, image: web}]\njobs: [{name: seed, image: a}]")
    text = b"services:\n  web: []\n  seed: []\n  wep:\n  - {key: A, value: b}\n  gone: []\n"
    variables, problems = read_variables(text, Origin("variables.yaml"))
    assert configuration is not None
    assert variables is not None
    assert problems == ()

    found = check_variables(configuration, variables)

    assert {(problem.code, problem.severity) for problem in found} == {("R420", WARNING)}
    assert [problem.message for problem in found if problem.place.line == 4] == [
        "variables are given to 'wep', which the template does not have"
    ]
    assert len(found) == 2
