"""The main job: git repositories in, environments out, on real repositories and a directory of manifests."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML


def read(path: Path) -> Any:
    """A manifest as it was written."""
    return YAML(typ="safe").load(path.read_text())


def test_the_plan_shows_everything_and_writes_nothing(village: Any) -> None:
    answer = village.run("plan", "--output", "json")
    assert answer.code == 0
    environments = {one["branch"]: one for one in answer.json["environments"]}
    assert set(environments) == {"main", "feature/login"}
    assert {change["operation"] for change in environments["main"]["changes"]} == {"create"}
    assert not village.deployed.exists()
    assert not (village.root / "state.db").exists()


def test_an_environment_joins_the_branches_of_its_name(village: Any) -> None:
    members = village.run("imports", "show", "frontend/feature/login", "--output", "json").json["environments"][0]["members"]
    assert [(one["application"], one["ref"], one["rule"]) for one in members] == [
        ("backend", "refs/heads/feature/login", "same_name"),
        ("notifier", "refs/heads/stable", "tracking"),
        ("frontend", "refs/heads/feature/login", "self"),
    ]


def test_a_sync_writes_the_objects_of_every_member(village: Any) -> None:
    answer = village.run("sync")
    assert answer.code == 0, answer.err
    kinds = sorted(Path(name).name for name in village.manifests())
    assert "deployment-web.yaml" in kinds
    assert "statefulset-db.yaml" in kinds
    assert "ingress-frontend-web.yaml" in kinds or any(kind.startswith("ingress-") for kind in kinds)


def test_a_second_sync_touches_no_file(village: Any) -> None:
    village.run("sync")
    before = village.files()
    answer = village.run("sync")
    assert (answer.code, answer.out) == (0, "nothing to do in 2 environments\n")
    assert village.files() == before


def test_a_mapping_joins_the_applications(village: Any) -> None:
    village.run("sync")
    (web,) = (path for path in village.deployed.glob("frontend-t*/deployment-web.yaml") if "replicas: 1" in path.read_text())
    (container,) = read(web)["spec"]["template"]["spec"]["containers"]
    values = {entry["name"]: entry.get("value") for entry in container["env"]}
    env_id = web.parent.name.removeprefix("frontend-")
    assert values["REACT_APP_BACKEND_API"] == f"https://api-{env_id}.preview.example.com"


def test_only_the_environment_that_a_push_concerns_changes(village: Any) -> None:
    village.run("sync")
    before = village.manifests()
    template = village.repository("backend").path / ".release/application_template.yaml"
    text = template.read_text().replace("  depends_on: [db]\n", "  depends_on: [db]\n  replicas: 2\n")
    village.repository("backend").commit({".release/application_template.yaml": text}, branch="feature/login")
    answer = village.run("sync", "--output", "json")
    assert answer.code == 0, answer.err
    by_branch = {one["branch"]: one for one in answer.json["environments"]}
    assert by_branch["main"]["outcome"] == "nothing"
    changed = {name for name, text in village.manifests().items() if before.get(name) != text}
    namespace = by_branch["feature/login"]["namespace"]
    assert all(name.startswith(f"{namespace}/") for name in changed)
    assert f"{namespace}/deployment-api.yaml" in changed
    assert f"{namespace}/deployment-web.yaml" not in changed


def test_what_was_edited_by_hand_is_put_back(village: Any) -> None:
    village.run("sync")
    before = village.manifests()
    web = next(iter(village.deployed.glob("*/deployment-web.yaml")))
    web.write_text(web.read_text().replace("replicas: ", "replicas: 9"))
    answer = village.run("sync")
    assert answer.code == 0
    assert "Deployment web" in answer.out
    assert village.manifests() == before


def test_a_foreign_file_is_left_alone(village: Any) -> None:
    village.run("sync")
    folder = next(iter(village.deployed.glob("frontend-*")))
    foreign = folder / "notes.yaml"
    foreign.write_text("hello: world\n")
    assert village.run("sync").out == "nothing to do in 2 environments\n"
    assert foreign.read_text() == "hello: world\n"


def test_losing_the_store_changes_nothing_on_the_target(village: Any) -> None:
    village.run("sync")
    before = village.manifests()
    for path in village.root.glob("state.db*"):
        path.unlink()
    answer = village.run("sync")
    assert (answer.code, answer.out) == (0, "nothing to do in 2 environments\n")
    assert village.manifests() == before


def test_a_commit_that_changes_no_configuration_changes_built_images_and_jobs_only(village: Any) -> None:
    village.run("sync")
    before = village.manifests()
    village.repository("frontend").commit({"README": "hello\n"}, branch="feature/login")
    assert village.run("sync").code == 0
    changed = {Path(name).name for name, text in village.manifests().items() if before.get(name) != text}
    assert changed == {"deployment-web.yaml"}


def test_looking_writes_nothing_at_the_target_or_in_the_store(village: Any) -> None:
    village.run("sync")
    before = village.files()
    store = (village.root / "state.db").read_bytes()
    for command in (["plan"], ["status"], ["status", "frontend/production"], ["imports", "show"], ["history"]):
        assert village.run(*command).code == 0
    assert village.run("explain", "frontend/production").code == 0
    assert village.files() == before
    assert (village.root / "state.db").read_bytes() == store


@pytest.mark.parametrize("name", ["frontend/production", "frontend/main", "frontend/refs/heads/main"])
def test_an_environment_is_found_by_its_names(village: Any, name: str) -> None:
    environments = village.run("status", name, "--output", "json").json["environments"]
    assert [one["name"] for one in environments] == ["production"]
