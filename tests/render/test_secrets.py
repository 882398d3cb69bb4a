"""Secret variables: where their values lie, what shows of them, and what happens when one is missing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.digest import digest_of
from reconciler.model.objects import SECRET_DIGEST
from reconciler.model.problem import Severity
from reconciler.model.secret import SecretValue
from reconciler.render.secrets import digest_of_values

Render = Callable[..., Any]

TEMPLATE = """
services:
- name: web
  image: nginx
  envs: [{key: HOST, value: db}]
  init: [{name: wait, image: busybox, envs: [{key: HOST, value: other}]}]
jobs: [{name: web, image: nginx}]
"""
FILE = """
defaults:
- {key: PASSWORD, secret: true}
- {key: TOKEN, value: "$secrets.vault.team/token"}
- {key: PLAIN, value: plain}
"""
VALUES = {"PASSWORD": "hush", "TOKEN": "whisper"}


def digests(group: Any) -> tuple[str, str]:
    """The digest at the Secret, and the one at the pods."""
    pods = group.manifest("Deployment", "web")["spec"]["template"]["metadata"]
    return group.manifest("Secret", "web")["metadata"]["annotations"][SECRET_DIGEST], pods["annotations"][SECRET_DIGEST]


def test_secret_values_stand_in_one_secret_per_service_and_are_referenced_by_key(render: Render) -> None:
    group = render(TEMPLATE, variables={"shop": FILE}, secrets=VALUES)

    env = group.env("web")
    assert (env["PASSWORD"], env["TOKEN"], env["PLAIN"]) == ("secret:web/PASSWORD", "secret:web/TOKEN", "plain")
    secret = group.manifest("Secret", "web")
    assert secret["type"] == "Opaque"
    assert {key: value.reveal() for key, value in secret["data"].items()} == VALUES
    assert "stringData" not in secret


def test_a_job_has_a_secret_of_its_own_whether_it_runs_or_not(render: Render) -> None:
    assert render(TEMPLATE, variables={"shop": FILE}, secrets=VALUES).names("Secret") == ["shop-job-web", "web"]


def test_no_text_of_the_group_holds_a_value(render: Render) -> None:
    rendered = render(TEMPLATE, variables={"shop": FILE}, secrets=VALUES).rendered

    assert "hush" not in repr(rendered)
    with pytest.raises(TypeError):
        json.dumps([one.manifest for one in rendered.objects])


def test_a_service_without_secrets_has_no_secret_and_no_digest(render: Render) -> None:
    group = render(TEMPLATE)

    assert group.names("Secret") == []
    assert SECRET_DIGEST not in group.manifest("Deployment", "web")["spec"]["template"]["metadata"].get("annotations", {})


def test_a_changed_value_rolls_the_pods(render: Render) -> None:
    before = digests(render(TEMPLATE, variables={"shop": FILE}, secrets=VALUES))
    after = digests(render(TEMPLATE, variables={"shop": FILE}, secrets={**VALUES, "TOKEN": "shout"}))

    assert before[0] == before[1]
    assert after[0] == after[1]
    assert before != after


def test_the_digest_depends_on_key_and_environment_and_is_no_plain_one() -> None:
    data = {"TOKEN": SecretValue("whisper")}
    digests = {digest_of_values(data, key=key, env_id=env_id) for key in (b"one", b"two") for env_id in ("tabcdefg", "thijklmn")}

    assert len(digests) == 4
    assert digest_of([["TOKEN", "whisper"]]) not in digests


def test_moving_a_value_to_another_key_changes_the_digest() -> None:
    one, two = {"A": SecretValue("x"), "B": SecretValue("")}, {"A": SecretValue(""), "B": SecretValue("x")}

    assert digest_of_values(one, key=b"key", env_id="t") != digest_of_values(two, key=b"key", env_id="t")


def test_before_the_installation_has_a_key_there_is_no_digest(render: Render) -> None:
    group = render(TEMPLATE, variables={"shop": FILE}, secrets=VALUES, key=None)

    assert SECRET_DIGEST not in group.manifest("Secret", "web")["metadata"]["annotations"]
    assert "annotations" not in group.manifest("Deployment", "web")["spec"]["template"]["metadata"]


def test_a_missing_value_is_an_error_that_names_store_path_and_line(render: Render) -> None:
    group = render(TEMPLATE, variables={"shop": FILE}, secrets={"PASSWORD": "hush"})

    problem = group.problem("R601")
    assert problem.severity is Severity.ERROR
    assert "TOKEN has no value in store vault at team/token: there is no such path" in problem.message
    assert problem.place.line == 4


def test_a_missing_value_that_nobody_uses_is_no_problem(render: Render) -> None:
    group = render(TEMPLATE, variables={"shop": FILE}, secrets={"PASSWORD": "hush"}, rule={"variables": {"TOKEN": "plain"}})

    assert group.codes() == []
    assert group.env("web")["TOKEN"] == "plain"


def test_a_secret_with_its_value_in_git_is_a_secret_all_the_same(render: Render) -> None:
    group = render(TEMPLATE, variables={"shop": "defaults: [{key: PIN, value: 1234, secret: true}]"})

    assert group.env("web")["PIN"] == "secret:web/PIN"
    assert group.manifest("Secret", "web")["data"]["PIN"].reveal() == "1234"


def test_an_init_container_with_another_value_has_a_key_of_its_own(render: Render) -> None:
    file = f"{FILE}mapping: {{URL: '$PASSWORD@$HOST'}}"
    group = render(TEMPLATE, variables={"shop": file}, secrets=VALUES)

    [init] = group.pod("web")["initContainers"]
    keys = {entry["name"]: entry["valueFrom"]["secretKeyRef"]["key"] for entry in init["env"] if "valueFrom" in entry}
    assert keys == {"PASSWORD": "PASSWORD", "TOKEN": "TOKEN", "URL": "wait.URL"}
    data = group.manifest("Secret", "web")["data"]
    assert (data["URL"].reveal(), data["wait.URL"].reveal()) == ("hush@db", "hush@other")
