"""What commands answer and end with: exit codes, teardown, holds, history and explanations."""

import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
Edit = Callable[..., str]


@pytest.mark.parametrize(
    "arguments",
    [
        ["plam"],
        ["plan", "--nonsense"],
        ["explain"],
        ["teardown"],
        ["sync", "--confirm", "0123456789ab"],
        ["sync", "--output", "yaml"],
        ["schema", "nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_what_is_known(village: "Village", arguments: list[str]) -> None:
    answer = village.call(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "Error: " in answer.err
    assert not village.deployed.exists()


def test_pending_changes_end_with_4_where_it_is_asked_for(village: "Village") -> None:
    assert village.run("plan", "--exit-code").code == 4
    assert village.run("plan").code == 0
    village.run("sync")
    assert village.run("plan", "--exit-code").code == 0


def test_a_hold_for_a_person_ends_with_1_and_says_what_to_type(village: "Village", edit: Edit) -> None:
    edit("frontend", "auto_deploy: true", "auto_deploy: false", branch="feature/login")
    assert village.run("sync").code == 0
    village.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    for command in ("plan", "sync"):
        answer = village.run(command)
        assert answer.code == 1
        assert f"run `reconciler sync {LOGIN}` to deploy it" in answer.out
    assert village.run("status").out.count("held") == 1
    answer = village.run("sync", LOGIN)
    assert (answer.code, answer.out.splitlines()[0]) == (0, f"✓ {LOGIN}  run 2 (patch): 1 updated")


def test_the_guard_shows_the_command_that_goes_on_and_it_does(village: "Village", edit: Edit) -> None:
    village.configure(village.config.read_text().replace("targets:", "prune: {at_most: 1}\ntargets:"))
    village.run("sync")
    edit("frontend", "- name: notifier\n", "", branch="feature/login")
    edit("frontend", "- name: backend\n", "", branch="feature/login")
    edit("frontend", "app_imports:\n", "", branch="feature/login")
    edit("frontend", "depends_on: [api]", "depends_on: []", branch="feature/login")
    edit(
        "frontend",
        "API_INGRESS_URL",
        "${API_INGRESS_URL:-none}",
        branch="feature/login",
        file=".release/environment_variables.yaml",
    )
    answer = village.run("sync")
    assert answer.code == 1
    command = answer.out.partition("to go on: reconciler ")[2].split("\n")[0].split()
    assert command[:3] == ["sync", LOGIN, "--confirm"]
    answer = village.run(*command)
    assert (answer.code, answer.err) == (0, "")
    assert "no longer imported" in answer.out
    assert village.run("sync").out == "nothing to do in 2 environments\n"


def test_a_teardown_asks_first(village: "Village") -> None:
    village.run("sync")
    before = village.files()
    program = "import sys; from reconciler.cli.main import call; sys.exit(call())"
    command = [sys.executable, "-c", program, "teardown", LOGIN, "--config", str(village.config)]
    for word, code, said in (("n\n", 130, "interrupted"), ("", 2, "--yes removes")):
        done = subprocess.run(command, input=word, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (code, "")
        assert f"Remove {LOGIN} with all volumes?" in done.stderr
        assert said in done.stderr
    assert village.files() == before


def test_a_teardown_removes_the_environment_and_remembers_who_and_why(village: "Village") -> None:
    village.run("sync")
    answer = village.run("teardown", LOGIN, "--yes", "--reason", "merged")
    assert answer.code == 0
    assert answer.out.startswith(f"✓ {LOGIN}  run 2 (teardown): 11 deleted\n")
    assert len({name.split("/")[0] for name in village.manifests()}) == 1
    status = village.run("status").out
    assert "torn down by " in status
    assert ": merged)" in status
    assert village.run("sync").out == "nothing to do in 1 environment\n"
    assert f"{LOGIN}  run 2  teardown  done" in village.run("history", LOGIN).out


def test_what_is_not_born_cannot_be_torn_down(village: "Village") -> None:
    answer = village.run("teardown", LOGIN, "--yes")
    assert (answer.code, answer.err) == (1, f"{LOGIN} is not born, so there is nothing to tear down\n")


def test_history_tells_runs_and_passes_newest_first(village: "Village") -> None:
    assert village.run("history").out == "no runs yet\n"
    village.run("sync")
    village.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    village.run("sync")
    runs = village.run("history").out.splitlines()
    assert [line.split("  ")[:4] for line in runs] == [
        [LOGIN, "run 2", "patch", "done"],
        ["frontend/production", "run 1", "setup", "done"],
        [LOGIN, "run 1", "setup", "done"],
    ]
    passes = village.run("history", "--passes", "--limit", "2").out.splitlines()[2:]
    assert ["1 changed  0 failed" in line for line in passes] == [True, False]


def test_an_explanation_gives_each_decision_its_reason(village: "Village") -> None:
    village.run("sync")
    text = village.run("explain", LOGIN).out
    for words in (
        "branch of backend: feature/login @ ",
        "backend has a branch feature/login too (asked at frontend@",
        "branch of notifier: stable @ ",
        "`tracking_branch` of notifier names stable",
        "workflow of frontend: none\n      nothing changed since the last run\n",
        "Deployment web: kept\n      as wanted (declared at frontend@",
        "last run: 1 setup done\n      asked for by sync\n",
    ):
        assert words in text


@pytest.mark.parametrize("name", ["namespace", "id of no one"])
def test_an_environment_is_also_found_by_its_namespace(village: "Village", name: str) -> None:
    namespace = village.run("status", LOGIN, "--output", "json").json["environments"][0]["namespace"]
    answer = village.run("sync", namespace if name == "namespace" else "tzzzzzzz")
    assert answer.code == (0 if name == "namespace" else 1)
    assert len({path.split("/")[0] for path in village.manifests()}) == (1 if name == "namespace" else 0)


def test_one_environment_that_is_named_leaves_the_others_alone(village: "Village") -> None:
    answer = village.run("sync", "frontend/production")
    assert answer.out.endswith("1 environment: 1 changed\n")
    assert len({path.split("/")[0] for path in village.manifests()}) == 1
