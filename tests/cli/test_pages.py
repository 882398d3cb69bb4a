"""Every page of a problem shows a bad example that gives its code, and a good one that does not."""

import contextlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.pages import codes, page

if TYPE_CHECKING:
    from tests.conftest import Village

INVALID = Path(__file__).resolve().parent.parent.parent / "fixtures/invalid"
EXAMPLE = re.compile(r"^```yaml\n# (bad|good)\b.*\n((?:.*\n)*?)```$", re.MULTILINE)
COMMAND = re.compile(r"^```sh\n((?:.*\n)+?)```$", re.MULTILINE)
SHOWN = sorted(case.name for case in INVALID.iterdir())
BY_COMMAND = {"R001", "R002", "R003", "R250", "R251", "R252", "R254", "R255", "R505"}
"""Codes that no line of a file shows: of bytes, of what lies on the disk, and of what answers."""

ELSEWHERE = ("R8", "R9")
"""Windows, `init` and `fmt` are shown in documents of their own; what is said of a target and of a plan needs one."""


def examples(code: str) -> dict[str, str]:
    """The bad and the good example of a page."""
    found = EXAMPLE.findall(page(code))
    assert [kind for kind, _ in found] == ["bad", "good"], code
    return dict(found)


@pytest.mark.parametrize("code", codes())
def test_every_page_has_a_bad_and_a_good_example_or_a_command(code: str) -> None:
    if code in BY_COMMAND:
        assert COMMAND.search(page(code))
    elif not code.startswith(ELSEWHERE):
        found = examples(code)
        assert found["bad"] != found["good"]


def told(village: "Village", folder: Path) -> set[str]:
    """The codes that `validate` gives in a folder."""
    with contextlib.chdir(folder):
        config = ["config.yaml"] if Path("config.yaml").exists() else []
        answer = village.call("validate", *config, "--output", "json")
    return {problem["code"] for problem in answer.json["problems"]}


@pytest.mark.parametrize("code", [code for code in SHOWN if code not in BY_COMMAND])
def test_the_bad_example_gives_its_code_and_the_good_one_does_not(code: str, village: "Village", tmp_path: Path) -> None:
    found = examples(code)
    folder = tmp_path / code.lower()
    shutil.copytree(INVALID / code, folder)
    (folder / "expected.txt").unlink()
    files = [path for path in folder.rglob("*") if path.is_file() and holds(path.read_text(), found["bad"])]
    assert len(files) == 1, f"the bad example stands in {files}"
    assert code in told(village, folder)
    text = files[0].read_text()
    files[0].write_text(text.replace(found["bad"], found["good"]) if found["bad"] else found["good"])
    assert code not in told(village, folder)


def holds(text: str, example: str) -> bool:
    """Whether whole lines of a file are the example; an empty one is an empty file."""
    return f"\n{text}".count(f"\n{example}") == 1 if example else not text
