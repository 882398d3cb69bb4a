"""How an entry of `environment_templates` is merged into its template."""

from collections.abc import Callable

import pytest

from reconciler.model.problem import Problem, Severity
from reconciler.spec.findings import Findings
from reconciler.spec.merge import Merged, merge
from reconciler.spec.node import MappingNode, Node, SequenceNode, plain

NodeOf = Callable[[str], Node]

BASE = """
resources: {cpu: {limits: 1, requests: 100m}, replicas: 1}
tracking_branch: main
services:
- {name: web, image: web, replicas: 1}
- {name: db, image: postgres, depends_on: [web]}
jobs:
- {name: migrate, from_services: web}
hostnames:
- web: web.example.com
"""


def merged(node_of: NodeOf, entry: str, *, wanted: tuple[str, ...] = ("permanent",)) -> tuple[Merged, tuple[Problem, ...]]:
    """The base with one entry named permanent."""
    indented = "\n".join(f"  {line}" for line in entry.strip().splitlines())
    text = f"{BASE}environment_templates:\n- name: ephemeral\n- name: permanent\n{indented}\n"
    root = node_of(text)
    assert isinstance(root, MappingNode)
    findings = Findings()
    return merge(root, wanted, findings=findings), findings.problems


def plain_of(merged: Merged, key: str) -> object:
    """The plain value below a key."""
    value = merged.root.get(key)
    return plain(value) if value is not None else None


def test_a_service_is_overridden_by_name_key_by_key(node_of: NodeOf) -> None:
    result, problems = merged(node_of, "services:\n- {name: web, replicas: 3}")

    assert problems == ()
    assert plain_of(result, "services") == [
        {"name": "web", "image": "web", "replicas": 3},
        {"name": "db", "image": "postgres", "depends_on": ["web"]},
    ]


def test_a_value_is_replaced_as_a_whole(node_of: NodeOf) -> None:
    result, _ = merged(node_of, "services:\n- {name: db, depends_on: []}")

    assert plain_of(result, "services") == [
        {"name": "web", "image": "web", "replicas": 1},
        {"name": "db", "image": "postgres", "depends_on": []},
    ]


def test_an_overridden_value_stands_at_the_entry_and_the_rest_at_the_template(node_of: NodeOf) -> None:
    result, _ = merged(node_of, "services:\n- {name: web, replicas: 3}")

    services = result.root.get("services")
    assert isinstance(services, SequenceNode)
    web = services.items[0]
    assert isinstance(web, MappingNode)
    assert {key: member.value.place.line for key, member in web.members.items()} == {"name": 5, "image": 5, "replicas": 15}


def test_add_brings_a_service_and_remove_takes_one(node_of: NodeOf) -> None:
    result, problems = merged(node_of, "services:\n- {name: cache, image: redis, add: true}\n- {name: db, remove: true}")

    assert problems == ()
    assert plain_of(result, "services") == [{"name": "web", "image": "web", "replicas": 1}, {"name": "cache", "image": "redis"}]
    assert result.removed == frozenset({("services", "db")})


@pytest.mark.parametrize(("section", "what"), [("services", "service"), ("jobs", "job"), ("cron_jobs", "cron job")])
def test_an_override_of_something_unknown_is_an_error_at_its_line(node_of: NodeOf, section: str, what: str) -> None:
    _, problems = merged(node_of, f"{section}:\n- {{name: wep, replicas: 3}}")

    (problem,) = problems
    assert (problem.code, problem.severity, problem.place.line) == ("R303", Severity.ERROR, 15)
    assert problem.message.startswith(f"{what} 'wep' is overridden")
    assert "add: true" in problem.hint


def test_the_hint_of_an_unknown_override_names_the_one_that_was_meant(node_of: NodeOf) -> None:
    _, problems = merged(node_of, "services:\n- {name: wep, replicas: 3}")

    assert problems[0].hint.startswith("did you mean 'web'?")


def test_mappings_are_overridden_key_by_key_and_lists_without_names_as_a_whole(node_of: NodeOf) -> None:
    result, problems = merged(node_of, "resources: {replicas: 4}\nhostnames:\n- web: www.example.com\ntracking_branch: prod")

    assert problems == ()
    assert plain_of(result, "resources") == {"cpu": {"limits": 1, "requests": "100m"}, "replicas": 4}
    assert plain_of(result, "hostnames") == [{"web": "www.example.com"}]
    assert plain_of(result, "tracking_branch") == "prod"


def test_a_section_that_only_the_entry_has_joins_the_template(node_of: NodeOf) -> None:
    result, problems = merged(node_of, "datasets:\n- name: landing")

    assert problems == ()
    assert plain_of(result, "datasets") == [{"name": "landing"}]


def test_a_workflow_is_replaced_as_a_whole(node_of: NodeOf) -> None:
    """Half of one and half of the other would order nothing."""
    text = """
workflows: [{name: setup, order_from: [services.all]}]
environment_templates:
- name: permanent
  workflows: [{name: setup, parallelize: [{step: one, tasks: [services.all]}]}]
"""
    root = node_of(text)
    assert isinstance(root, MappingNode)

    result = merge(root, ("permanent",), findings=Findings())

    assert plain_of(result, "workflows") == [{"name": "setup", "parallelize": [{"step": "one", "tasks": ["services.all"]}]}]


def test_the_first_wanted_entry_that_exists_is_merged_with_a_note(node_of: NodeOf) -> None:
    result, problems = merged(node_of, "tracking_branch: prod", wanted=("production", "permanent"))

    assert result.entry == "permanent"
    (note,) = problems
    assert (note.code, note.severity) == ("R302", Severity.NOTE)
    assert "'production'" in note.message
    assert "entry 'permanent' is used" in note.message


def test_without_any_wanted_entry_the_bare_template_is_used_with_a_note(node_of: NodeOf) -> None:
    result, problems = merged(node_of, "tracking_branch: prod", wanted=("staging",))

    assert result.entry is None
    assert result.root.get("environment_templates") is None
    assert plain_of(result, "tracking_branch") == "main"
    assert [problem.code for problem in problems] == ["R302"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("services:\n- {name: web, add: true}", "stands in services already"),
        ("services:\n- {name: cache, remove: true}", "where it does not stand"),
    ],
)
def test_words_without_effect_are_doubts(node_of: NodeOf, entry: str, message: str) -> None:
    _, problems = merged(node_of, entry)

    (problem,) = problems
    assert (problem.code, problem.severity) == ("R305", Severity.WARNING)
    assert message in problem.message


def test_add_outside_an_entry_is_a_doubt(node_of: NodeOf) -> None:
    root = node_of("services:\n- {name: web, add: true}\n")
    assert isinstance(root, MappingNode)
    findings = Findings()
    merge(root, (), findings=findings)

    assert [(problem.code, problem.severity) for problem in findings.problems] == [("R305", Severity.WARNING)]


def test_an_entry_that_stands_twice_is_an_error(node_of: NodeOf) -> None:
    root = node_of("environment_templates:\n- name: ephemeral\n- name: ephemeral\n")
    assert isinstance(root, MappingNode)
    findings = Findings()
    merge(root, ("ephemeral",), findings=findings)
    (problem,) = findings.problems
    assert problem.code == "R304"
    assert [place.line for place in problem.related] == [2]


def test_the_address_of_a_chart_is_no_word(node_of: NodeOf) -> None:
    """`add` of a chart names a repository (Release, charts)."""
    result, _ = merged(node_of, "charts:\n- {name: tonic, add: tonic}")

    assert plain_of(result, "charts") == [{"name": "tonic", "add": "tonic"}]
