"""The folders of fixtures/invalid: files with one mistake each, put to the command that tells of it."""

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.codes import first_command
from tests.conftest import Repository

if TYPE_CHECKING:
    from tests.conftest import Answer, Village

INVALID = Path(__file__).resolve().parent.parent / "fixtures/invalid"
CASES = sorted(case.name for case in INVALID.iterdir())
EXPECTED = "expected.txt"
POINTER = ".release.yaml"
BY_COMMAND = {"R001", "R002", "R003", "R250", "R251", "R252", "R254", "R255", "R505", "R514", "R601", "R660"}
"""Codes that no line of a file shows: of bytes, of what lies on the disk, and of what answers."""

CHECKED = "shop"
"""The repository that is checked where a folder holds several."""

_THEN = "2026-01-31T12:00:00+00:00"
"""When everything was committed, so that commits have the same names everywhere."""


def prepare(code: str, folder: Path) -> None:
    """Put a case into a folder that is not there yet."""
    shutil.copytree(INVALID / code, folder, ignore=shutil.ignore_patterns(EXPECTED))


def ask(village: "Village", folder: Path, code: str, *options: str) -> "Answer":
    """What the command says that tells of a code, run in a folder with a case."""
    if (folder / CHECKED).exists():
        _commit(folder)
    with contextlib.chdir(folder):
        return village.call(*_command(folder, code), *options)


def told(words: str, folder: Path, code: str) -> str:
    """The words of an answer without the folder's name. What is said of windows speaks of the present day, so that only the
    places and codes of it are kept."""
    here = words.replace(str(folder), ".")
    if first_command(code) != "windows check":
        return here
    return "".join(f"{one}\n" for one in re.findall(r"^\S+:\d+:\d+: \w+ R\d+", here, re.MULTILINE))


def _command(folder: Path, code: str) -> list[str]:
    if (folder / CHECKED).exists():
        return ["validate", CHECKED, "--config", "config.yaml"]
    if (folder / "config.yaml").exists():
        return ["validate", "config.yaml"]
    command = first_command(code)
    return {"windows check": ["windows", "check", "schedules.yaml"], "init": ["init", "--force"]}.get(command, [command])


def _commit(folder: Path) -> None:
    """Make each folder with a `.release.yaml` a repository; `backend@stable` is what `backend` holds at its branch stable.

    A repository's HEAD is its branch main, be it there or not.
    """
    os.environ.update(GIT_AUTHOR_DATE=_THEN, GIT_COMMITTER_DATE=_THEN)
    for content in sorted(path.parent for path in folder.glob(f"*/{POINTER}")):
        name, _, branch = content.name.partition("@")
        repository = Repository(folder / name)
        if not branch:
            repository.commit({}, message="Begin")
            continue
        files = {str(path.relative_to(content)): path.read_text() for path in content.rglob("*") if path.is_file()}
        repository.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        repository.commit(dict(files), branch=branch, message="Begin")
        repository.git("symbolic-ref", "HEAD", "refs/heads/main")
