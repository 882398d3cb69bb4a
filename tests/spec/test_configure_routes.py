"""How hosts, rules, ingress and workflows are read."""

import pytest

from reconciler.model.configuration import Configuration, WorkflowName
from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity
from reconciler.spec.configure import Names, configure
from reconciler.spec.template import read_template

WEB = "services: [{name: web, image: web, ports: [{type: node_port, port: 80}]}]\n"


def configured(text: str, *, domain: str | None = "example.com") -> tuple[Configuration | None, tuple[Problem, ...]]:
    """The configuration of a template for application `shop`, and all problems."""
    template, problems = read_template(text.encode(), Origin("template.yaml"))
    assert template is not None
    configuration, more = configure(template, Names(AppName("shop"), "t1abcde", domain, {}, ()))
    return configuration, (*problems, *more)


def sound(text: str, *, domain: str | None = "example.com") -> Configuration:
    """The configuration of a template without problems."""
    configuration, problems = configured(text, domain=domain)
    assert problems == ()
    assert configuration is not None
    return configuration


def hosts(configuration: Configuration) -> list[tuple[str, str]]:
    """Service and host of each hostname."""
    return [(hostname.service, hostname.host) for hostname in configuration.hostnames]


def test_hostnames_are_read_pair_by_pair() -> None:
    text = WEB + "hostnames:\n- web: web-${env_id}.${domain}\n  web2: x.example.com\n"
    configuration, problems = configured(text)

    assert configuration is not None
    assert hosts(configuration) == [("web", "web-t1abcde.example.com"), ("web2", "x.example.com")]
    assert configuration.hostnames[0].place.line == 3
    assert [(problem.code, problem.severity) for problem in problems] == [("R343", Severity.WARNING)]


def test_a_node_port_without_hostnames_gets_the_default_host() -> None:
    assert hosts(sound(WEB)) == [("web", "web-shop-t1abcde.example.com")]


@pytest.mark.parametrize(
    "text",
    [
        WEB + "hostnames: []\n",
        WEB + "rules: []\n",
        "services: [{name: db, image: db, ports: [{type: container_port, port: 5432}]}]\n",
    ],
)
def test_no_default_host_where_hosts_are_written_or_nothing_is_reachable(text: str) -> None:
    assert hosts(sound(text)) == []


def test_no_default_host_without_a_domain() -> None:
    assert hosts(sound(WEB, domain=None)) == []


def test_a_default_host_fits_into_a_label() -> None:
    name = "a" * 60
    configuration = sound(WEB.replace("name: web", f"name: {name}"))

    (label, _, domain) = configuration.hostnames[0].host.partition(".")
    assert len(label) == 63
    assert domain == "example.com"


def test_rules_are_read() -> None:
    configuration = sound(WEB + "rules:\n- {service: web, hostnames: ['a-${env_id}.${domain}', b.example.com], path: /api}\n")

    (rule,) = configuration.rules
    assert (rule.service, rule.hosts, rule.path) == ("web", ("a-t1abcde.example.com", "b.example.com"), "/api")


def test_ingress_is_a_mapping_of_texts() -> None:
    written = {
        "proxy_body_size": "10m",
        "proxy_buffer_size": "8k",
        "proxy_buffering": "on",
        "proxy_buffers_number": "4",
        "proxy_max_temp_file_size": "1024m",
        "proxy_read_timeout": "60",
        "proxy_send_timeout": "60",
    }

    assert sound(f"ingress: {written}").ingress == written
    assert sound("ingress: {proxy_read_timeout: 60}").ingress == {"proxy_read_timeout": "60"}


def test_order_from_gives_a_step_for_each_task() -> None:
    configuration = sound(WEB + "workflows: [{name: setup, order_from: [services.web, services.all]}]")

    workflow = configuration.workflow(WorkflowName.SETUP)
    assert workflow is not None
    assert [(step.name, step.tasks) for step in workflow.steps] == [
        ("services.web", ("services.web",)),
        ("services.all", ("services.all",)),
    ]


def test_parallelize_gives_steps_with_their_words() -> None:
    text = """
workflows:
- name: patch
  parallelize:
  - {step: first, tasks: [services.web]}
  - {tasks: [services.all]}
"""
    workflow = sound(WEB + text).workflow(WorkflowName.PATCH)

    assert workflow is not None
    assert [(step.name, step.tasks) for step in workflow.steps] == [
        ("first", ("services.web",)),
        ("step-2", ("services.all",)),
    ]


def test_the_later_of_two_workflows_of_one_name_wins_with_a_doubt() -> None:
    text = WEB + "workflows:\n- {name: setup, order_from: [services.web]}\n- {name: setup, order_from: [services.all]}\n"
    configuration, problems = configured(text)

    assert configuration is not None
    workflow = configuration.workflow(WorkflowName.SETUP)
    assert workflow is not None
    assert [step.name for step in workflow.steps] == ["services.all"]
    assert [(problem.code, problem.severity, problem.place.line) for problem in problems] == [("R326", Severity.WARNING, 4)]


MISTAKES = {
    "hostnames: [{web: Web.example.com}]": ("R333", Severity.ERROR),
    "hostnames: [{web: a_b.example.com}]": ("R333", Severity.ERROR),
    "hostnames: [{web: '*.${env_id}.${domain}'}]": ("R622", Severity.ERROR),
    "hostnames: [{web: '*'}]": ("R333", Severity.ERROR),
    "rules: [{service: web, hostnames: [a.example.com], path: '/a;{}'}]": ("R625", Severity.ERROR),
    "ingress: {proxy_body_size: '1m; deny all'}": ("R627", Severity.ERROR),
    "rules: [{service: web, hostnames: [a.example.com], path: api}]": ("R334", Severity.ERROR),
    "workflows: [{name: deploy, order_from: [services.web]}]": ("R335", Severity.WARNING),
    "workflows: [{name: setup, order_from: [{step: a, tasks: [services.web]}]}]": ("R336", Severity.ERROR),
    "workflows: [{name: setup, order_from: [services.web], parallelize: [{tasks: [services.web]}]}]": ("R336", Severity.ERROR),
    "workflows: [{name: setup, order_from: [services.wep]}]": ("R344", Severity.WARNING),
    "workflows: [{name: setup, order_from: [Services.web]}]": ("R344", Severity.WARNING),
}


@pytest.mark.parametrize(("text", "expected"), list(MISTAKES.items()))
def test_a_mistake_is_one_problem(text: str, expected: tuple[str, Severity]) -> None:
    _, problems = configured(WEB + text)

    assert [(problem.code, problem.severity) for problem in problems] == [expected]
    assert problems[0].place.line == 2


TWO = WEB.replace("]}]\n", "]}, {name: api, image: api, ports: [{type: node_port, port: 80}]}]\n")


@pytest.mark.parametrize(
    "text",
    [
        "hostnames: [{web: a.example.com}, {api: b.example.com}]",
        "hostnames: [{web: a.example.com}, {web: a.example.com}]",
        "hostnames: [{web: a.example.com}]\nrules: [{service: api, hostnames: [a.example.com], path: /}]",
        "rules: [{service: web, hostnames: [a.example.com]}, {service: api, hostnames: [a.example.com], path: /api}]",
    ],
)
def test_a_host_may_be_shared_by_paths_and_given_once(text: str) -> None:
    sound(TWO + text)


def test_a_host_is_free_where_no_ingress_reaches_the_other_service() -> None:
    text = TWO.replace("{type: node_port, port: 80}]}]", "{type: container_port, port: 80}]}]")
    _, problems = configured(text + "hostnames: [{api: a.example.com}, {web: a.example.com}]")
    assert [problem.code for problem in problems] == ["R626"]


def test_every_further_service_on_a_host_is_told_with_the_first() -> None:
    _, problems = configured(TWO + "hostnames:\n- web: a.example.com\n- api: a.example.com\n- api: A.example.com\n")

    told = [(problem.code, problem.place.line, problem.related[0].line) for problem in problems if problem.code != "R333"]
    assert told == [("R621", 4, 3), ("R621", 5, 3)]
