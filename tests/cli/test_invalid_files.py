"""Folders of files with one mistake each, and exactly what is said of them."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.codes import codes_of
from tests.invalid import CASES, EXPECTED, INVALID, ask, prepare, told

if TYPE_CHECKING:
    from tests.conftest import Village

ELSEWHERE = {
    "R001": "a file of a mebibyte is made by a test below",
    "R252": "a symbolic link is made by a test below",
}
"""Codes that no folder of plain files can show, each with the reason."""


@pytest.mark.parametrize("code", CASES)
def test_a_mistake_is_told_with_its_place_and_what_to_do(code: str, village: "Village", tmp_path: Path) -> None:
    folder = tmp_path / code.lower()
    prepare(code, folder)
    answer = ask(village, folder, code)
    words = told(answer.out, folder, code)
    assert answer.err == ""
    assert words == (INVALID / code / EXPECTED).read_text()
    assert f" {code}" in words
    assert answer.code == (1 if ": error " in words else 0)


def test_every_code_that_validate_says_of_plain_files_has_a_folder() -> None:
    assert set(CASES) >= codes_of("validate") - set(ELSEWHERE)
    assert not set(CASES) & set(ELSEWHERE)


def test_a_file_beyond_the_limit_is_refused_unread(village: "Village", tmp_path: Path) -> None:
    (tmp_path / ".release.yaml").write_text("application_template: big.yaml\n")
    (tmp_path / "big.yaml").write_text("#" * (1 << 20) + "\n")
    answer = ask(village, tmp_path, "R001")
    assert (answer.code, answer.out) == (1, "big.yaml:1:1: error R001 the file has more than 1048576 bytes\n1 error\n")


def test_a_link_out_of_the_repository_is_not_followed(village: "Village", tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("services: []\n")
    inside = tmp_path / "repository"
    inside.mkdir()
    (inside / ".release.yaml").write_text("application_template: template.yaml\n")
    (inside / "template.yaml").symlink_to(tmp_path / "outside.yaml")
    answer = ask(village, inside, "R252")
    assert answer.code == 1
    assert answer.out.startswith(".release.yaml:1:23: error R252 template.yaml leads out of the repository\n")
