"""How the names of a template become their values."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity
from reconciler.spec.findings import Findings
from reconciler.spec.interpolate import Names, interpolate
from reconciler.spec.node import MappingNode, Node, plain
from reconciler.spec.reader import read

NodeOf = Callable[[str], Node]
NOTHING: Mapping[str, str] = {}


def names(*, domain: str | None = "example.com", parameters: Mapping[str, str] = NOTHING, joined_hosts: bool = False) -> Names:
    """The names of an application called backend."""
    return Names(AppName("backend"), "t1abcde", domain, parameters, (), joined_hosts)


def interpolated(text: str, names: Names) -> tuple[object, tuple[Problem, ...]]:
    """The plain document with its names put in."""
    root = read(text.encode(), Origin("template.yaml")).root
    assert isinstance(root, MappingNode)
    findings = Findings()
    return plain(interpolate(root, names, findings=findings).root), findings.problems


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hostnames: [{api: 'api-${env_id}.${domain}'}]", {"hostnames": [{"api": "api-t1abcde.example.com"}]}),
        ("hostnames: [{'${app_name}-api': x}]", {"hostnames": [{"backend-api": "x"}]}),
        ("services: [{name: '${app_name}-api'}]", {"services": [{"name": "backend-api"}]}),
        ("services: [{replicas: '${parameters.size}'}]", {"services": [{"replicas": "3"}]}),
        (
            "services: [{command: [sh, -c, 'echo ${env_id} ${HOME}']}]",
            {"services": [{"command": ["sh", "-c", "echo t1abcde ${HOME}"]}]},
        ),
        ("services: [{args: ['$${env_id} $HOME $$']}]", {"services": [{"args": ["$${env_id} $HOME $$"]}]}),
        ("services: [{build: {args: ['A=${envs.A}']}}]", {"services": [{"build": {"args": ["A=${envs.A}"]}}]}),
        ("services: [{envs: [{key: A, value: '${open'}]}]", {"services": [{"envs": [{"key": "A", "value": "${open"}]}]}),
        ("charts: [{values: '${WHATEVER}'}]", {"charts": [{"values": "${WHATEVER}"}]}),
        ("app: '${app_name}'", {"app": "${app_name}"}),
        ("jobs: [{completed_timeout: 600, halt_on_error: true}]", {"jobs": [{"completed_timeout": 600, "halt_on_error": True}]}),
    ],
)
def test_names_become_their_values_and_what_is_not_ours_stays(text: str, value: object) -> None:
    assert interpolated(text, names(parameters={"size": "3"})) == (value, ())


def test_the_old_form_of_a_host_becomes_a_name_below_the_domain_with_a_note() -> None:
    document, problems = interpolated("hostnames: [{api: 'api-${env_id}-${domain}'}]", names())

    assert document == {"hostnames": [{"api": "api-t1abcde.example.com"}]}
    assert [(problem.code, problem.severity) for problem in problems] == [("R313", Severity.NOTE)]


def test_hosts_of_rules_take_the_same_form() -> None:
    document, _ = interpolated("rules: [{service: api, hostnames: ['a-${domain}']}]", names())

    assert document == {"rules": [{"service": "api", "hostnames": ["a.example.com"]}]}


def test_joined_hosts_stay_where_the_application_wants_them() -> None:
    document, problems = interpolated("hostnames: [{api: 'api-${env_id}-${domain}'}]", names(joined_hosts=True))

    assert document == {"hostnames": [{"api": "api-t1abcde-example.com"}]}
    assert problems == ()


def test_text_that_is_no_host_keeps_its_hyphen() -> None:
    document, _ = interpolated("services: [{envs: [{key: A, value: 'x-${domain}'}]}]", names())

    assert document == {"services": [{"envs": [{"key": "A", "value": "x-example.com"}]}]}


def test_an_unknown_name_in_a_host_is_an_error_where_it_stands() -> None:
    _, problems = interpolated("hostnames:\n- api: api-${env_ip}.${domain}\n", names())

    (problem,) = problems
    assert (problem.code, problem.severity) == ("R310", Severity.ERROR)
    assert (problem.place.line, problem.place.column, problem.place.end_column) == (2, 12, 21)
    assert problem.hint == "did you mean 'env_id'?"


def test_a_quoted_text_gives_the_place_behind_the_quote() -> None:
    _, problems = interpolated("hostnames:\n- api: '${nope}.x'\n", names())

    assert (problems[0].place.line, problems[0].place.column) == (2, 9)


def test_a_text_with_escapes_gives_the_place_of_the_whole() -> None:
    _, problems = interpolated('hostnames:\n- api: "\\u0061${nope}.x"\n', names())

    assert (problems[0].place.line, problems[0].place.column) == (2, 8)


def test_each_host_without_a_domain_is_a_problem() -> None:
    _, problems = interpolated("hostnames:\n- a: a.${domain}\n- b: b-${domain}\n- c: c.example.org\n", names(domain=None))

    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    assert [(problem.code, problem.place.line) for problem in errors] == [("R312", 2), ("R312", 3)]
    assert "config.yaml" in errors[0].hint


def test_a_parameter_has_its_default_unless_a_value_is_given() -> None:
    text = "parameters: [{name: size, default: small}]\nservices: [{image: 'a:${parameters.size}'}]\n"

    document, _ = interpolated(text, names())
    assert document == {"parameters": [{"name": "size", "default": "small"}], "services": [{"image": "a:small"}]}
    document, _ = interpolated(text, names(parameters={"size": "big"}))
    assert document == {"parameters": [{"name": "size", "default": "small"}], "services": [{"image": "a:big"}]}


@pytest.mark.parametrize(
    ("declared", "message"),
    [("[{name: size}]", "neither a value nor a default"), ("[{name: sice, default: x}]", "is not declared")],
)
def test_a_parameter_without_a_value_is_an_error_at_its_use(declared: str, message: str) -> None:
    _, problems = interpolated(f"parameters: {declared}\nservices: [{{command: ['${{parameters.size}}']}}]\n", names())

    (problem,) = problems
    assert (problem.code, problem.place.line) == ("R311", 2)
    assert message in problem.message


def test_a_name_that_is_not_closed_is_an_error_where_names_must_be_known() -> None:
    _, problems = interpolated("hostnames: [{api: 'api-${env_id.x'}]", names())

    assert [problem.code for problem in problems] == ["R314"]


def test_the_number_of_the_cloud_account_is_said_to_be_unsupported(node_of: NodeOf) -> None:
    root = node_of("service_accounts: [{name: a, cloud_role: 'arn:${cloud_account_id}:role'}]")
    assert isinstance(root, MappingNode)
    findings = Findings()

    (unsupported,) = interpolate(root, names(), findings=findings).unsupported

    assert unsupported.key == "${cloud_account_id}"
    assert findings.problems == ()


def test_keys_that_become_one_are_an_error_that_names_both() -> None:
    _, problems = interpolated("hostnames:\n- backend-api: a.x\n  ${app_name}-api: b.x\n", names())

    (problem,) = problems
    assert problem.code == "R325"
    assert [place.line for place in problem.related] == [2]


@given(st.text(alphabet="${}abc. -", max_size=30))
def test_any_text_of_a_shell_without_our_names_stays_as_it_is(text: str) -> None:
    quoted = "'" + text + "'"
    document, problems = interpolated(f"services: [{{args: [{quoted}]}}]", names())

    assert document == {"services": [{"args": [text]}]}
    assert problems == ()
