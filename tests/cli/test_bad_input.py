"""Bad input is told with its place and what to do; the exit code is 1, and what stood before stays as it was."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

Edit = Callable[..., str]
POINTER = ".release.yaml"
TEMPLATE = ".release/application_template.yaml"
VARIABLES = ".release/environment_variables.yaml"


def refused(village: "Village", branch: str = "feature/login") -> str:
    """What a second sync says of the bad environment; it fails, writes nothing, and the other environment is as wanted."""
    before = village.files()
    answer = village.run("sync")
    assert answer.code == 1
    assert village.files() == before
    assert answer.out.endswith("2 environments: 1 as wanted, 1 failed\n")
    failed = "frontend/production" if branch == "main" else f"frontend/{branch}"
    assert answer.out.startswith(f"! {failed}  ")
    return answer.out


EDITS = {
    "a misspelt key": (
        "has_repo: true",
        "has_repoo: true",
        f"{TEMPLATE}:21:3: error R101 services[web]: key 'has_repoo' is unknown\n    did you mean 'has_repo'?\n",
    ),
    "a missing key": ("- name: web\n  image", "- image", f"{TEMPLATE}:19:3: error R102 services[0]: key 'name' is missing\n"),
    "an unknown application is imported": (
        "- name: backend",
        "- name: backendd",
        f"{TEMPLATE}:6:9: error R501 backendd is no application of config.yaml\n    did you mean backend?",
    ),
    "a pinned branch is not there": (
        "- name: backend",
        "- name: backend\n  branch: nowhere",
        f"{TEMPLATE}:7:11: error R506 branch nowhere, which the import pins, is not in ",
    ),
    "a host outside the domain": (
        "web-${env_id}.${domain}",
        "web-${env_id}.example.org",
        f"{TEMPLATE}:4:8: error R623 host web-tcq7gr3h.example.org does not lie under preview.example.com\n    write it like ",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_mistake_in_a_template(village: "Village", edit: Edit, name: str) -> None:
    village.run("sync")
    old, new, words = EDITS[name]
    commit = edit("frontend", old, new, branch="feature/login")
    assert f"\nfrontend@{commit[:7]} {words}" in refused(village)


def test_an_override_of_an_unknown_service(village: "Village", edit: Edit) -> None:
    village.run("sync")
    edit("frontend", "services:\n  - name: web", "services:\n  - name: wep")
    words = refused(village, "main")
    assert f"{TEMPLATE}:12:11: error R303 service 'wep' is overridden, but services has none of that name\n" in words
    assert "did you mean 'web'?" in words


def test_both_files_are_missing(village: "Village") -> None:
    village.run("sync")
    village.repository("frontend").commit({TEMPLATE: None, VARIABLES: None}, branch="feature/login")
    words = refused(village)
    assert f"{POINTER}:1:23: error R251 {TEMPLATE} is not in the repository at this commit\n" in words
    assert f"{POINTER}:2:24: error R251 {VARIABLES} is not in the repository at this commit\n" in words
    assert "commit the file, or name the one that is meant" in words


def test_a_path_outside_the_repository(village: "Village") -> None:
    village.run("sync")
    village.repository("frontend").commit({POINTER: "application_template: ../../etc/passwd\n"}, branch="feature/login")
    words = f"{POINTER}:1:23: error R204 application_template: path '../../etc/passwd' leads out of the repository\n"
    assert words in refused(village)


def test_a_template_that_is_no_mapping(village: "Village") -> None:
    village.run("sync")
    village.repository("frontend").commit({TEMPLATE: "- name: web\n  image: nginx\n"}, branch="feature/login")
    assert f"{TEMPLATE}:1:1: error R301 the template is not a mapping\n    begin with `services:`" in refused(village)


def test_a_member_with_a_mistake_harms_the_environments_that_import_it_alone(village: "Village", edit: Edit) -> None:
    village.run("sync")
    commit = edit("backend", "image: postgres:17", "imge: postgres:17", branch="feature/login")
    words = refused(village)
    assert f"\nbackend@{commit[:7]} {TEMPLATE}:20:3: error R101 services[db]: key 'imge' is unknown\n" in words


def test_an_environment_with_a_mistake_is_never_born(village: "Village", edit: Edit) -> None:
    edit("frontend", "has_repo: true", "has_repoo: true", branch="feature/login")
    answer = village.run("sync")
    assert answer.code == 1
    assert answer.out.endswith("2 environments: 1 changed, 1 failed\n")
    namespace = village.run("status", "frontend/feature/login", "--output", "json").json["environments"][0]["namespace"]
    assert not (village.deployed / namespace).exists()


def test_an_unknown_target_is_a_problem_of_the_config(village: "Village") -> None:
    village.configure(village.config.read_text().replace("target: files", "target: fils", 1))
    answer = village.run("sync")
    assert (answer.code, answer.out) == (1, "")
    assert f"{village.config}:11:13: error R705 applications.frontend.target: target 'fils' is not declared" in answer.err
    assert "did you mean 'files'?" in answer.err
    assert answer.err.endswith("has problems; nothing was done\n")
    assert not village.deployed.exists()
    assert not (village.root / "mirrors").exists()
    assert not (village.root / "state.db").exists()


@pytest.mark.parametrize("text", ["version: : 1\n", "", "versoin: 1\n", "- 1\n", "\x00"])
def test_a_config_that_cannot_be_used_is_told_and_nothing_is_made(village: "Village", text: str) -> None:
    village.configure(text)
    before = sorted(village.root.iterdir())
    for command in ("plan", "sync", "status", "history"):
        answer = village.run(command)
        assert (answer.code, answer.out) == (1, "")
        assert f"{village.config}:1:" in answer.err
    assert sorted(village.root.iterdir()) == before


def test_no_config_says_how_to_begin(village: "Village") -> None:
    village.config.unlink()
    answer = village.run("sync")
    assert answer.code == 1
    assert "cannot be read: No such file or directory; copy config.example.yaml" in answer.err


@pytest.mark.parametrize("command", ["plan", "sync", "status", "explain", "teardown"])
def test_an_environment_that_is_not_there_is_told_with_the_one_that_is_meant(village: "Village", command: str) -> None:
    answer = village.run(command, "frontend/prodction", *(["--yes"] if command == "teardown" else []))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "frontend/prodction is no environment (did you mean frontend/production?); `reconciler status` lists the environments\n"
    )
    assert not village.deployed.exists()


def test_a_file_in_the_way_that_belongs_to_somebody_else_stays(village: "Village") -> None:
    plan = village.run("plan", "frontend/production", "--output", "json").json["environments"][0]
    foreign = village.deployed / plan["namespace"] / "deployment-web.yaml"
    foreign.parent.mkdir(parents=True)
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: {plan['namespace']}\n"
    foreign.write_text(text)
    answer = village.run("sync")
    assert answer.code == 1
    assert f"{TEMPLATE}:19:3: error R901 {foreign} is in the way of Deployment web: not made by the reconciler\n" in answer.out
    assert foreign.read_text() == text
    assert [path.name for path in foreign.parent.iterdir()] == ["deployment-web.yaml"]
    foreign.unlink()
    assert village.run("sync").code == 0
    assert foreign.exists()


@pytest.mark.parametrize("text", ["", "\x00\x01", "kind: [", "hello"])
def test_a_file_in_the_way_that_is_no_manifest_stays(village: "Village", text: str) -> None:
    plan = village.run("plan", "frontend/production", "--output", "json").json["environments"][0]
    foreign = village.deployed / plan["namespace"] / "deployment-web.yaml"
    foreign.parent.mkdir(parents=True)
    foreign.write_text(text)
    answer = village.run("sync")
    assert answer.code == 1
    assert f"error R901 {foreign} is in the way of Deployment web" in answer.out
    assert foreign.read_text() == text


def test_a_host_that_another_environment_has_stays_there(village: "Village", edit: Edit) -> None:
    rule = '{branches: ["feature/**"], type: ephemeral, hosts: [www.preview.example.com]}'
    village.configure(village.config.read_text().replace('{branches: ["feature/**"], type: ephemeral}', rule))
    edit("frontend", "web-${env_id}.${domain}", "www.${domain}", branch="feature/login")
    assert village.run("sync").code == 0
    village.repository("frontend").branch("feature/other", "feature/login")
    answer = village.run("sync")
    assert answer.code == 1
    assert "R910 host www.preview.example.com belongs to the environment in namespace frontend-tcq7gr3h" in answer.out
