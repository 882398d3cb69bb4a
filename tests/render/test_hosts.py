"""Which hosts an environment may claim, and where they go."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.ids import AppName
from reconciler.model.place import Origin, whole_file
from reconciler.render.host_safety import Guard

Render = Callable[..., Any]

TEMPLATE = """
services:
- name: web
  image: nginx
  ports: [{{type: node_port, port: "80", target_port: "3000"}}]
- name: api
  image: nginx
  ports: [{{type: node_port, port: "81", target_port: "3000"}}, {{type: container_port, port: "9000"}}]
- name: db
  image: postgres
  ports: [{{type: container_port, port: "5432"}}]
{routes}
"""


def template(routes: str) -> str:
    """Three services and the routes of a test."""
    return TEMPLATE.format(routes=routes)


def hostname(host: str, service: str = "web") -> str:
    """A template with one hostname."""
    return template(f"hostnames: [{{{service}: '{host}'}}]")


def test_a_host_below_the_domain_with_the_env_id_is_claimed(render: Render) -> None:
    group = render(hostname("web-${env_id}.${domain}"))

    assert group.rendered.hosts == ("web-tabcdefg.example.com",)
    assert group.codes() == []


def test_a_host_may_lie_several_labels_below_the_domain(render: Render) -> None:
    assert render(hostname("web.${env_id}.eu.example.com")).rendered.hosts == ("web.tabcdefg.eu.example.com",)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("web-${env_id}.evil.org", "R623"),
        ("web-${env_id}.notexample.com", "R623"),
        ("example.com", "R623"),
        ("web-${env_id}-example.com", "R623"),
        ("www.example.com", "R624"),
    ],
)
def test_a_host_that_is_not_the_environments_is_refused_where_it_is_written(render: Render, host: str, code: str) -> None:
    group = render(hostname(host))

    assert group.rendered.hosts == ()
    problem = group.problem(code)
    assert problem.place.line == 12
    assert problem.hint


def test_no_wildcard_is_ever_claimed() -> None:
    guard = Guard(AppName("shop"), "tabcdefg", "example.com", joined=False, listed=frozenset())

    assert [one.code for one in guard.check_host("*.tabcdefg.example.com", whole_file(Origin("template.yaml")))] == ["R622"]


def test_a_host_that_the_rule_lists_needs_no_env_id(render: Render) -> None:
    group = render(hostname("www.example.com"), rule={"hosts": ("www.example.com",)})

    assert group.rendered.hosts == ("www.example.com",)


def test_a_listed_host_still_lies_under_the_domain(render: Render) -> None:
    assert render(hostname("www.evil.org"), rule={"hosts": ("www.evil.org",)}).codes() == ["R623"]


def test_without_a_domain_no_host_is_safe(render: Render) -> None:
    problem = render(hostname("web-${env_id}.example.com"), application={"domain": None}).problem("R623")

    assert "config.yaml" in problem.hint


def test_joined_hosts_keep_the_old_form(render: Render) -> None:
    group = render(hostname("web-${env_id}-example.com"), application={"joined_hosts": True})

    assert group.rendered.hosts == ("web-tabcdefg-example.com",)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("web-tabcdefg-example.com", True),
        ("web-tabcdefg.example.com", True),
        ("a.web-tabcdefg-example.com", False),
        ("tabcdefg-example.com", False),
        ("web-tabcdefg-an-example.com", False),
        ("web-example.com", False),
    ],
)
def test_joined_hosts_allow_exactly_one_label_before_the_env_id(host: str, allowed: bool) -> None:
    guard = Guard(AppName("shop"), "tabcdefg", "example.com", joined=True, listed=frozenset())

    assert (list(guard.check_host(host, whole_file(Origin("template.yaml")))) == []) is allowed


def test_rules_replace_the_hostnames_of_their_hosts_and_the_longest_path_comes_first(render: Render) -> None:
    routes = """
hostnames: [{api: "www-${env_id}.${domain}"}, {web: "web-${env_id}.${domain}"}]
rules:
- {service: web, hostnames: ["www-${env_id}.${domain}"], path: "/"}
- {service: api, hostnames: ["www-${env_id}.${domain}"], path: "/api"}
"""
    group = render(template(routes))

    assert group.codes() == []
    assert group.rendered.hosts == ("web-tabcdefg.example.com", "www-tabcdefg.example.com")
    [rule] = [one for one in group.rendered.objects if one.key.kind == "Ingress" and one.reason.text.startswith("host www")]
    paths = rule.manifest["spec"]["rules"][0]["http"]["paths"]
    assert [(path["path"], path["backend"]["service"]["name"]) for path in paths] == [("/api", "api"), ("/", "web")]


def test_one_host_for_two_members_names_both_files(render_group: Render) -> None:
    one, two = (
        hostname("same-${env_id}.${domain}"),
        hostname("same-${env_id}.${domain}", "api").replace("name: web", "name: web2"),
    )
    group = render_group({"backend": one, "shop": two.replace("name: db", "name: db2")})

    problem = group.problem("R621")
    assert {problem.place.origin.application, problem.related[0].origin.application} == {"backend", "shop"}


def test_a_service_without_a_node_port_gets_no_route(render: Render) -> None:
    assert render(hostname("db-${env_id}.${domain}", "db")).rendered.hosts == ()


def test_a_host_of_a_load_balancer_is_said_to_be_unsupported(render: Render) -> None:
    text = hostname("web-${env_id}.${domain}").replace('target_port: "3000"}]', 'target_port: "3000", loadbalancer: true}]', 1)
    group = render(text)

    assert group.rendered.hosts == ()
    assert [said.key for said in group.rendered.unsupported] == ["hostnames"]


def test_a_host_of_an_excluded_service_is_dropped_in_silence(render: Render) -> None:
    group = render(hostname("web-${env_id}.${domain}"), members={"shop": {"excluded": ("web",)}})

    assert (group.codes(), group.rendered.hosts) == ([], ())


def test_a_template_that_says_nothing_gets_the_default_hosts(render: Render) -> None:
    group = render(template(""))

    assert group.rendered.hosts == ("api-shop-tabcdefg.example.com", "web-shop-tabcdefg.example.com")
