"""The variables of containers: where they come from, and which one wins."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.ids import branch_ref
from reconciler.render.variables import escaped

Render = Callable[..., Any]

TEMPLATE = """
services:
- name: web
  image: nginx
  envs: [{key: A, value: envs}, {key: B, value: envs}, {key: C, value: envs}, {key: D, value: envs}, {key: E, value: envs}]
  init: [{name: wait, image: busybox, envs: [{key: A, value: init}]}]
- name: built
  has_repo: true
jobs:
- {name: migrate, from_services: web, command: [migrate], envs: [{key: A, value: job}]}
cron_jobs:
- {name: nightly, image: nginx, schedule: "0 3 * * *", command: [sweep]}
"""
FILE = """
defaults: [{key: B, value: defaults}, {key: C, value: defaults}, {key: D, value: defaults}, {key: E, value: defaults}]
services:
  web: [{key: C, value: services}, {key: D, value: services}, {key: E, value: services}]
mapping: {E: RELEASE_ENV_ID}
"""


def test_later_layers_win(render: Render) -> None:
    env = render(TEMPLATE, variables={"shop": FILE}, rule={"variables": {"D": "rule", "E": "rule"}}).env("web")

    assert {key: env[key] for key in "ABCDE"} == {"A": "envs", "B": "defaults", "C": "services", "D": "rule", "E": "tabcdefg"}


def test_variables_that_people_write_win_over_those_we_make(render: Render) -> None:
    env = render(TEMPLATE, variables={"shop": "defaults: [{key: RELEASE_ENV, value: mine}]"}).env("web")

    assert env["RELEASE_ENV"] == "mine"


def test_every_container_knows_its_environment(render: Render) -> None:
    env = render(TEMPLATE).env("web")

    assert {key: env[key] for key in env if key.startswith("RELEASE_")} == {
        "RELEASE_APP_NAME": "shop",
        "RELEASE_BRANCH_NAME": "main",
        "RELEASE_ENV": "main",
        "RELEASE_ENV_ID": "tabcdefg",
        "RELEASE_NAMESPACE": "shop-tabcdefg",
    }


def test_application_and_branch_are_the_members_own(render_group: Render) -> None:
    backend = "services: [{name: api, image: nginx}]"
    members = {"backend": {"ref": branch_ref("feature/x")}}
    env = render_group({"backend": backend, "shop": TEMPLATE}, members=members).env("api")

    assert (env["RELEASE_APP_NAME"], env["RELEASE_BRANCH_NAME"]) == ("backend", "feature/x")
    assert (env["RELEASE_ENV"], env["RELEASE_ENV_ID"]) == ("main", "tabcdefg")


def test_a_jobs_variables_are_its_services_with_its_own_on_top(render: Render) -> None:
    group = render(TEMPLATE, variables={"shop": FILE})
    [job] = group.names("Job")
    env = group.env(job, "Job")

    assert {key: env[key] for key in "ABCD"} == {"A": "job", "B": "defaults", "C": "services", "D": "services"}


def test_an_init_container_has_its_services_variables_with_its_own_envs_on_top(render: Render) -> None:
    [init] = render(TEMPLATE, variables={"shop": FILE}).pod("web")["initContainers"]
    env = {entry["name"]: entry["value"] for entry in init["env"]}

    assert {key: env[key] for key in "AC"} == {"A": "init", "C": "services"}


def test_a_service_and_a_job_of_one_name_do_not_share_a_section(render: Render) -> None:
    text = "services: [{name: pull, image: nginx}]\njobs: [{name: pull, image: nginx}]"
    group = render(text, variables={"shop": "services: {pull: [{key: A, value: service}]}"})
    [job] = group.names("Job")

    assert group.env("pull")["A"] == "service"
    assert "A" not in group.env(job, "Job")


def test_only_what_moves_with_the_commit_anyway_knows_it(render: Render) -> None:
    group = render(TEMPLATE)
    [job] = group.names("Job")
    cron = group.manifest("CronJob", "shop-nightly")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]

    assert group.env("built")["RELEASE_COMMIT_SHA"] == "a" * 40
    assert group.env("built")["RELEASE_COMMIT_SHORT"] == "a" * 7
    assert group.env(job, "Job")["RELEASE_COMMIT_SHA"] == "a" * 40
    assert "RELEASE_COMMIT_SHA" not in group.env("web")
    assert "RELEASE_COMMIT_SHA" not in {entry["name"] for entry in cron["env"]}


def test_a_mapping_may_ask_for_the_commit(render: Render) -> None:
    env = render(TEMPLATE, variables={"shop": "mapping: {VERSION: 'v-$RELEASE_COMMIT_SHORT'}"}).env("web")

    assert env["VERSION"] == "v-aaaaaaa"


def test_variables_stand_in_the_order_of_their_names(render: Render) -> None:
    names = list(render(TEMPLATE, variables={"shop": FILE}).env("web"))

    assert names == sorted(names)


@given(st.permutations(["A", "B", "C", "D"]))
def test_the_order_in_which_variables_are_written_changes_nothing(team: Any, order: list[str]) -> None:
    entries = ", ".join(f"{{key: {key}, value: {key.lower()}}}" for key in order)
    mappings = ", ".join(f"{key}{key}: {key}" for key in order)
    shuffled = team({"shop": TEMPLATE}, variables={"shop": f"defaults: [{entries}]\nmapping: {{{mappings}}}"})
    entries = ", ".join(f"{{key: {key}, value: {key.lower()}}}" for key in "ABCD")
    mappings = ", ".join(f"{key}{key}: {key}" for key in "ABCD")
    straight = team({"shop": TEMPLATE}, variables={"shop": f"defaults: [{entries}]\nmapping: {{{mappings}}}"})

    def pods(team: Any) -> list[Any]:
        return [one.manifest["spec"]["template"] for one in team.rendered().objects if one.key.kind == "Deployment"]

    assert pods(shuffled) == pods(straight)


@pytest.mark.parametrize(
    ("value", "written"), [("$(HOME)", "$$(HOME)"), ("a$b", "a$b"), ("5$", "5$"), ("$$", "$$$$"), ("$$(A)", "$$$$(A)")]
)
def test_dollars_that_kubernetes_would_take_are_doubled(value: str, written: str) -> None:
    assert escaped(value) == written


@given(st.text(alphabet="$()AB ", max_size=12))
def test_kubernetes_gives_every_value_back(value: str) -> None:
    assert _expanded(escaped(value)) == value


def _expanded(text: str) -> str:
    """What the kubelet makes of a value when the variables A and B exist (Kubernetes, third_party/forked/golang/expansion)."""
    result, position = "", 0
    while position < len(text):
        rest = text[position:]
        name, closed, _ = rest[2:].partition(")")
        if rest.startswith("$$"):
            result, position = f"{result}$", position + 2
        elif rest.startswith("$(") and closed:
            result, position = f"{result}<{name}>", position + len(name) + 3
        else:
            result, position = result + rest[0], position + 1
    return result
