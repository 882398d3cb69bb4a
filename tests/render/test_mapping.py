"""Mappings: what they see, what they say when something is missing."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import BadValue
from reconciler.model.mapping_text import VariableReference, parse_mapping
from reconciler.model.problem import Severity
from reconciler.model.reason import Reason

Render = Callable[..., Any]

WEB = """
services:
- {name: web, image: nginx, envs: [{key: HOST, value: db}, {key: EMPTY, value: ""}]}
- {name: worker, image: nginx}
"""
API = """
services:
- name: api
  image: nginx
  ports: [{type: node_port, port: "80", target_port: "80"}]
"""


def mapping(text: str) -> dict[str, str]:
    """A variables file with one mapping."""
    return {"shop": f"mapping:\n  GIVEN: '{text}'\n"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("HOST", "db"),
        ("$HOST", "db"),
        ("${HOST}", "db"),
        ("http://${HOST}:80/$RELEASE_ENV_ID", "http://db:80/tabcdefg"),
        ("${NONE:-there}", "there"),
        ("${NONE:-}", ""),
        ("${HOST:-there}", "db"),
        ("${EMPTY:-there}", "there"),
        ("${EMPTY}", ""),
        ("cost $$5 and $$HOST", "cost $5 and $HOST"),
        ("plain text", "plain text"),
    ],
)
def test_every_form_gives_its_value(render: Render, text: str, value: str) -> None:
    group = render(WEB, variables=mapping(text))

    assert group.env("web")["GIVEN"] == value
    assert group.codes() == []


def test_mappings_do_not_see_each_other(render: Render) -> None:
    group = render(WEB, variables={"shop": "mapping: {ONE: HOST, TWO: ONE}"})

    assert group.env("web")["ONE"] == "db"
    assert "TWO" not in group.env("web")
    assert group.codes() == ["R602"]


def test_a_missing_variable_is_an_error_at_its_place(render: Render) -> None:
    problem = render(WEB, variables=mapping("NONE")).problem("R602")

    assert problem.severity is Severity.ERROR
    assert problem.place.line == 2


def test_a_variable_of_one_service_leaves_the_mapping_of_another_unset(render: Render) -> None:
    group = render(WEB, variables=mapping("HOST"))

    assert "GIVEN" in group.env("web")
    assert "GIVEN" not in group.env("worker")


def test_an_ingress_variable_of_no_application_is_an_error(render_group: Render) -> None:
    assert render_group({"backend": API, "shop": WEB}, variables=mapping("AIP_INGRESS_URL")).codes() == ["R602"]


def test_an_ingress_variable_of_a_service_without_host_is_an_error_that_names_it(render: Render) -> None:
    assert "service worker" in render(WEB, variables=mapping("WORKER_INGRESS_URL")).problem("R602").hint


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"members": {"backend": {"aborted": Reason("it matches main")}}}, "backend is aborted"),
        ({"members": {"backend": {"excluded": ("api",)}}}, "service api of backend is excluded"),
    ],
)
def test_a_giver_that_is_rightly_gone_leaves_the_variable_unset_with_a_warning(
    render_group: Render, words: dict[str, Any], why: str
) -> None:
    group = render_group({"backend": API, "shop": WEB}, variables=mapping("API_INGRESS_URL"), **words)

    problem = group.problem("R603")
    assert problem.severity is Severity.WARNING
    assert why in problem.message
    assert "GIVEN" not in group.env("web")


def test_a_giver_that_is_not_imported_leaves_the_variable_unset_with_a_warning(render: Render) -> None:
    group = render(WEB, variables=mapping("API_INGRESS_URL"), outside=("backend",))

    assert "backend" in group.problem("R603").message
    assert "GIVEN" not in group.env("web")


def test_a_fallback_stands_in_for_an_aborted_giver(render_group: Render) -> None:
    aborted = {"backend": {"aborted": Reason("it matches main")}}
    text = "${API_INGRESS_URL:-https://staging.example.com}"
    group = render_group({"backend": API, "shop": WEB}, variables=mapping(text), members=aborted)

    assert group.env("web")["GIVEN"] == "https://staging.example.com"
    assert group.codes() == []


def test_text_with_a_secret_in_it_is_a_secret(render: Render) -> None:
    file = "defaults: [{key: PASSWORD, secret: true}]\nmapping: {URL: 'db://me:${PASSWORD}@db'}"
    group = render(WEB, variables={"shop": file}, secrets={"PASSWORD": "hush"})

    assert group.env("web")["URL"] == "secret:web/URL"
    assert group.manifest("Secret", "web")["data"]["URL"].reveal() == "db://me:hush@db"


@given(st.text(max_size=20))
def test_any_text_with_its_dollars_doubled_stands_for_itself(text: str) -> None:
    parts = parse_mapping(f"{text.replace('$', '$$')} ")

    assert "".join(part for part in parts if isinstance(part, str)) == f"{text} "


@given(st.text(alphabet="$ {}:-AB1", max_size=12))
def test_every_text_is_understood_or_refused(text: str) -> None:
    with suppress(BadValue):
        assert all(isinstance(part, str | VariableReference) for part in parse_mapping(text))
