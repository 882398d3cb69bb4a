"""Which workflow runs for which member, by what changed since the last run."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
TEMPLATE = ".release/application_template.yaml"
VARIABLES = ".release/environment_variables.yaml"

CHANGES: dict[str, tuple[tuple[str, str, str, str, str] | None, dict[str, str]]] = {
    "nothing": (None, {"backend": "none", "notifier": "none", "frontend": "none"}),
    "a commit alone": (
        ("backend", "feature/login", "README", "", "hello"),
        {"backend": "patch", "notifier": "none", "frontend": "none"},
    ),
    "a template": (
        ("backend", "feature/login", TEMPLATE, "postgres:17", "postgres:18"),
        {"backend": "setup", "notifier": "none", "frontend": "none"},
    ),
    "variables": (
        ("frontend", "feature/login", VARIABLES, "green", "red"),
        {"backend": "none", "notifier": "none", "frontend": "setup"},
    ),
    "a comment in a template": (
        ("backend", "feature/login", TEMPLATE, "app: backend\n", "# the backend\napp: backend\n"),
        {"backend": "patch", "notifier": "none", "frontend": "none"},
    ),
    "a comment in variables": (
        ("frontend", "feature/login", VARIABLES, "defaults:\n", "# the defaults\ndefaults:\n"),
        {"backend": "none", "notifier": "none", "frontend": "patch"},
    ),
    "the list of imports": (
        ("frontend", "feature/login", TEMPLATE, "- name: notifier\n", ""),
        {"backend": "none", "frontend": "setup"},
    ),
    "an entry of another type": (
        ("frontend", "feature/login", TEMPLATE, "replicas: 3", "replicas: 4"),
        {"backend": "none", "notifier": "none", "frontend": "patch"},
    ),
}
"""By what changed: application, branch, file, old and new text; and the workflow of each member."""


def workflows(village: "Village") -> dict[str, str]:
    """The workflow of every member, as `explain` gives it."""
    answers = village.run("explain", LOGIN, "--output", "json").json["environments"][0]["answers"]
    prefix = "workflow of "
    return {one["question"].removeprefix(prefix): one["decision"] for one in answers if one["question"].startswith(prefix)}


def commit(village: "Village", change: tuple[str, str, str, str, str]) -> None:
    """Replace a text in a file of a branch; no old text makes the file."""
    application, branch, file, old, new = change
    repository = village.repository(application)
    text = repository.git("show", f"{branch}:{file}") + "\n" if old else ""
    assert old in text
    repository.commit({file: text.replace(old, new) if old else new}, branch=branch)


@pytest.mark.parametrize("name", CHANGES)
def test_the_workflow_follows_from_what_changed(village: "Village", name: str) -> None:
    village.run("sync")
    change, wanted = CHANGES[name]
    if change:
        commit(village, change)
    assert workflows(village) == wanted
    assert village.run("sync").code == 0
    assert set(workflows(village).values()) == {"none"}


def test_a_birth_sets_everything_up(village: "Village") -> None:
    assert set(workflows(village).values()) == {"setup"}


def test_an_edit_by_hand_is_repaired_without_jobs(village: "Village") -> None:
    village.run("sync")
    for path in village.deployed.glob("*/deployment-api.yaml"):
        path.unlink()
    assert workflows(village) == {"backend": "repair", "notifier": "none", "frontend": "none"}
    plan = village.run("plan", LOGIN, "--output", "json").json["environments"][0]
    assert plan["workflow"] == "repair"
    assert [(one["kind"], one["operation"]) for one in plan["changes"] if one["operation"] != "keep"] == [
        ("Deployment", "create")
    ]
