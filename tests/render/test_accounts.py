"""Service accounts, roles and node selectors: a template asks, config.yaml allows."""

from collections.abc import Callable
from typing import Any

from reconciler.model.place import Origin, whole_file
from reconciler.model.settings import Allowance

Render = Callable[..., Any]

HERE = whole_file(Origin("config.yaml"))
ROLE = "arn:aws:iam::123456789012:role/reader"
READER = f"""
service_accounts:
- name: reader
  cloud_role: {ROLE}
services:
- name: api
  image: nginx:1.27
  service_account_name: reader
"""


def test_an_allowed_role_is_an_annotation_of_the_account(render: Render) -> None:
    group = render(READER, allow=Allowance(place=HERE, cloud_roles=(ROLE,)))
    annotations = group.manifest("ServiceAccount", "shop-reader")["metadata"]["annotations"]
    assert annotations["eks.amazonaws.com/role-arn"] == ROLE
    assert group.codes() == []


def test_a_role_that_nobody_allowed_is_an_error_and_is_not_given(render: Render) -> None:
    group = render(READER)
    assert (group.problem("R655").severity, group.problem("R655").place.line) == ("error", 4)
    assert ROLE not in str(group.manifest("ServiceAccount", "shop-reader"))


def test_pods_run_as_the_declared_account_and_get_its_token(render: Render) -> None:
    pod = render(READER).pod("api")
    assert (pod["serviceAccountName"], pod["automountServiceAccountToken"]) == ("shop-reader", True)


def test_an_account_that_stands_there_already_must_be_allowed(render: Render) -> None:
    template = "services: [{name: api, image: x, service_account_name: deployer}]"
    assert render(template).problem("R656").severity == "error"
    allowed = render(template, allow=Allowance(place=HERE, service_accounts=("deployer",)))
    assert allowed.codes() == []
    assert allowed.pod("api")["serviceAccountName"] == "deployer"


def test_node_selectors_are_left_out_with_a_word_unless_they_are_allowed(render: Render) -> None:
    template = """
node_selector: [{key: pool, value: spot}, {key: zone, value: a}]
services:
- {name: api, image: x, node_selector: [{key: pool, value: fast}]}
"""
    group = render(template, allow=Allowance(place=HERE, node_selectors=("pool",)))
    assert group.pod("api")["nodeSelector"] == {"pool": "fast"}
    assert (group.problem("R657").severity, group.problem("R657").place.line) == ("warning", 2)
