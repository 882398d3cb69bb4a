"""Answers about files obey their schemas, with problems and without."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.answer_schemas import Answer
from tests.answers import obeys, schema_of

if TYPE_CHECKING:
    from tests.conftest import Village

FILES = {
    "windows.yaml": 'pause: [{name: n, pause: "19:00", resume: "19:00", timezone: CEST}]\n',
    ".release.yaml": "schedules: windows.yaml\napplication_template: gone.yaml\n",
    "old/.release.yaml": "default_app_template: template.yaml\n",
    "old/template.yaml": "app: shop\nmode: development\nservices: [{name: web, image: a}, {name: web, image: b}]\n",
    "both/.release.yaml": "default_app_template: a.yaml\napplication_template: b.yaml\n",
    "shop/compose.yaml": "services: {web: {image: nginx, ports: [8080:80], cgroup_parent: x}}\n",
    "twice/compose.yaml": "services: {web: {image: nginx}, web: {image: nginx}}\n",
}
CASES = {
    "problems": (Answer.VALIDATE, ["validate", "."], "problems"),
    "problems with further places": (Answer.VALIDATE, ["validate", "old"], "problems"),
    "windows with problems": (Answer.WINDOWS_CHECK, ["windows", "check", "windows.yaml"], "problems"),
    "old names": (Answer.FMT, ["fmt", "old", "--check"], "files"),
    "old names beside new ones": (Answer.FMT, ["fmt", "both"], "problems"),
    "first files": (Answer.INIT, ["init", "shop", "--dry-run"], "files"),
    "first files that cannot be made": (Answer.INIT, ["init", "twice"], "problems"),
}
"""By case: what is called, and what is not empty in its answer."""


@pytest.mark.parametrize("case", CASES)
def test_answers_about_files_obey_their_schemas(village: "Village", tmp_path: Path, case: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    answer, command, filled = CASES[case]
    with contextlib.chdir(tmp_path):
        document = village.call(*command, "--output", "json").json
    assert document[filled]
    obeys(document, schema_of(village, answer))
