"""Folders of files with one mistake each, and exactly what `validate` says of them."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = sorted((ROOT / "fixtures/invalid").iterdir())

ELSEWHERE = {
    "R001": "a file of a mebibyte is made by a test below",
    "R252": "a symbolic link is made by a test below",
    "R253": "said of a commit; of files on the local disk it is R203",
    "R254": "said of refs",
    "R255": "said of refs",
    "R312": "said where config.yaml gives no domain; validate stands one in",
}
"""Codes that no folder of plain files can show, each with the reason."""


def validate(village: "Village", folder: Path) -> tuple[int, str]:
    """The exit code and the words of `validate`, run in the folder; of its config.yaml where it has one."""
    with contextlib.chdir(folder):
        answer = village.call("validate", *(["config.yaml"] if Path("config.yaml").exists() else []))
    assert answer.err == ""
    return answer.code, answer.out


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_told_with_its_place_and_what_to_do(case: Path, village: "Village") -> None:
    code, words = validate(village, case)
    assert words == (case / "expected.txt").read_text()
    assert f" {case.name} " in words
    assert code == (1 if ": error " in words else 0)


def test_every_code_that_plain_files_can_show_has_a_folder() -> None:
    pages = {path.stem for path in (ROOT / "reconciler/cli/problems").glob("R[012347]*.md")}
    assert {case.name for case in CASES} == pages - set(ELSEWHERE)


def test_a_file_beyond_the_limit_is_refused_unread(village: "Village", tmp_path: Path) -> None:
    (tmp_path / ".release.yaml").write_text("application_template: big.yaml\n")
    (tmp_path / "big.yaml").write_text("#" * (1 << 20) + "\n")
    code, words = validate(village, tmp_path)
    assert (code, words) == (1, "big.yaml:1:1: error R001 the file has more than 1048576 bytes\n1 error\n")


def test_a_link_out_of_the_repository_is_not_followed(village: "Village", tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("services: []\n")
    inside = tmp_path / "repository"
    inside.mkdir()
    (inside / ".release.yaml").write_text("application_template: template.yaml\n")
    (inside / "template.yaml").symlink_to(tmp_path / "outside.yaml")
    code, words = validate(village, inside)
    assert code == 1
    assert words.startswith(".release.yaml:1:23: error R252 template.yaml leads out of the repository\n")
