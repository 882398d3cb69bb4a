"""`fmt`: repositories with old names of keys are brought up to date, and nothing else in them changes."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Answer, Village

POINTER = "# where\ndefault_app_template:   './release/app.yml'\r\ndefault_env_variables: env.yaml # b\n"
TEMPLATE = "app: shop\nmode: development\nservices:\n  - name: web\n    image: nginx   # web\n"
VARIABLES = "envs: []\nservices: {}\n"
FILES = {".release.yaml": POINTER, "release/app.yml": TEMPLATE, "env.yaml": VARIABLES, "other.yaml": "mode: x\n"}

Fmt = Callable[..., "Answer"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository from the year 2020."""
    folder = tmp_path / "shop"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.fixture
def fmt(village: "Village", shop: Path) -> Fmt:
    """Run `fmt` in the repository."""

    def call(*arguments: str) -> "Answer":
        with contextlib.chdir(shop):
            return village.call("fmt", *arguments)

    return call


def written(shop: Path) -> dict[str, str]:
    """What the files hold now."""
    return {str(path.relative_to(shop)): path.read_bytes().decode() for path in sorted(shop.rglob("*")) if path.is_file()}


EDITS = """\
.release.yaml:2:1: default_app_template becomes application_template
.release.yaml:3:1: default_env_variables becomes environment_variables
release/app.yml:2:1: mode has no effect any more and goes
env.yaml:1:1: envs becomes defaults
"""


def test_check_tells_what_would_change_and_changes_nothing(fmt: Fmt, shop: Path) -> None:
    answer = fmt("--check")
    assert (answer.code, answer.out) == (1, f"{EDITS}3 files would change\n")
    assert written(shop) == FILES


def test_old_names_go_and_every_other_byte_stays(fmt: Fmt, shop: Path) -> None:
    (shop / "env.yaml").chmod(0o640)
    answer = fmt()
    assert (answer.code, answer.out) == (0, f"{EDITS}3 files changed\n")
    assert written(shop) == FILES | {
        ".release.yaml": POINTER.replace("default_app_template", "application_template").replace(
            "default_env_variables", "environment_variables"
        ),
        "release/app.yml": TEMPLATE.replace("mode: development\n", ""),
        "env.yaml": VARIABLES.replace("envs", "defaults"),
    }
    assert (shop / "env.yaml").stat().st_mode & 0o777 == 0o640


def test_a_second_time_nothing_changes(fmt: Fmt, shop: Path) -> None:
    fmt()
    before = {path: path.stat().st_mtime_ns for path in shop.rglob("*")}
    assert (fmt().out, fmt("--check").code) == ("nothing to change\n", 0)
    assert {path: path.stat().st_mtime_ns for path in shop.rglob("*")} == before


def test_what_is_made_passes_validate_without_a_word_about_names(fmt: Fmt, shop: Path, village: "Village") -> None:
    assert "R205" in village.call("validate", str(shop)).out
    fmt()
    assert "R205" not in village.call("validate", str(shop)).out


def test_an_old_name_beside_its_new_one_is_a_problem_with_both_places(fmt: Fmt, shop: Path) -> None:
    text = "default_app_template: release/app.yml\napplication_template: release/app.yml\n"
    (shop / ".release.yaml").write_text(text)
    answer = fmt()
    assert answer.code == 1
    assert ".release.yaml:1:1: error R205 default_app_template stands beside application_template" in answer.out
    assert "    see .release.yaml:2:1\n" in answer.out
    assert (shop / ".release.yaml").read_text() == text


@pytest.mark.parametrize("name", ["release/app.yml", "env.yaml"])
def test_single_files_are_told_apart_by_their_keys(fmt: Fmt, shop: Path, name: str) -> None:
    assert fmt(name).out.endswith("1 file changed\n")
    assert {path for path, text in written(shop).items() if text != FILES[path]} == {name}


def test_several_repositories_from_elsewhere(shop: Path, village: "Village", tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new/.release.yaml").write_text("application_template: gone.yaml\n")
    answer = village.call("fmt", "--check", str(tmp_path / "new"), str(shop / ".release.yaml"))
    assert answer.code == 1
    assert answer.out.startswith(f"{shop}/.release.yaml:2:1: default_app_template becomes")


def test_the_file_of_another_tool_stays(fmt: Fmt, shop: Path) -> None:
    (shop / ".release.yaml").write_text("mode: x\nbranches: [main]\n")
    assert (fmt().out, fmt("--check").code) == ("nothing to change\n", 0)


def test_json_names_files_and_edits(fmt: Fmt) -> None:
    document = fmt("--check", "--output", "json").json
    assert list(document) == ["version", "written", "files", "problems"]
    assert document["written"] is False
    assert [file["file"] for file in document["files"]] == [".release.yaml", "release/app.yml", "env.yaml"]
    assert document["files"][1]["edits"] == [{"line": 2, "column": 1, "old": "mode", "new": None}]
    assert fmt("--output", "json").json["written"] is True


UNREADABLE = {"R002": b"\xff\xfe", "R010": b"a: [\n", "R001": b"#" * 1_100_000, "R011": b"default_app_template: a\n" * 2}


@pytest.mark.parametrize("code", UNREADABLE)
def test_files_that_cannot_be_read_are_told_and_stay(fmt: Fmt, shop: Path, code: str) -> None:
    (shop / ".release.yaml").write_bytes(UNREADABLE[code])
    answer = fmt()
    assert answer.code == 1
    assert f" error {code} " in answer.out
    assert (shop / ".release.yaml").read_bytes() == UNREADABLE[code]


def test_paths_that_are_not_there_are_told(fmt: Fmt, shop: Path) -> None:
    (shop / ".release.yaml").unlink()
    assert (fmt().code, fmt().err) == (1, ". holds no .release.yaml; run it in a repository, or name one\n")
    assert fmt("nothing.yaml").err == "nothing.yaml is no file that can be read; name a repository's folder, or a file\n"
    assert fmt("nowhere/nothing.yaml").err == "nowhere is no folder; name the root of a repository\n"


def test_the_help_says_that_this_is_the_migration(fmt: Fmt) -> None:
    assert "Migrate files to the present names of keys" in fmt("--help").out
