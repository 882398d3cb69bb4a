"""`validate` and its paths: whatever stands there, each is told with its place, quickly, and harms no other."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Answer, Village

GOOD = """\
environment_templates: [{name: ephemeral}, {name: permanent}]
resources: {cpu: {requests: 100m}, memory: {limits: 256Mi, requests: 128Mi}, replicas: 1}
services:
- name: web
  image: nginx:1.29
"""
POINTER = "application_template: template.yaml\n"
NOBODY = 65534

Validate = Callable[..., "Answer"]


@pytest.fixture
def validate(village: "Village") -> Validate:
    """Run `validate`; it never prints a traceback."""

    def run(*arguments: str | Path) -> "Answer":
        answer = village.call("validate", *map(str, arguments))
        assert "Traceback" not in answer.err
        return answer

    return run


def repository(folder: Path, template: str = GOOD, *, pointer: str = POINTER) -> Path:
    """A repository with a template beside its `.release.yaml`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".release.yaml").write_text(pointer)
    (folder / "template.yaml").write_text(template)
    return folder


@contextmanager
def nobody() -> Iterator[None]:
    """Without the rights of root, which may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def test_a_good_repository_has_no_problems(validate: Validate, tmp_path: Path) -> None:
    answer = validate(repository(tmp_path / "good"))
    assert (answer.code, answer.out, answer.err) == (0, "no problems\n", "")


def test_what_all_types_lack_is_told_whatever_else_they_have(validate: Validate, tmp_path: Path) -> None:
    template = GOOD.replace("{name: permanent}", "{name: permanent, services: [{name: api, image: a, add: true}]}")
    folder = repository(tmp_path / "shop", template, pointer=f"{POINTER}environment_variables: variables.yaml\n")
    (folder / "variables.yaml").write_text("services:\n  zzz: []\n  api: []\n")
    assert "variables.yaml:2:3: warning R420 variables are given to 'zzz'" in validate(folder).out
    assert "'api'" not in validate(folder).out


def test_every_path_is_judged_whatever_the_others_are(validate: Validate, tmp_path: Path) -> None:
    bad = repository(tmp_path / "bad", GOOD.replace("image", "imgae"))
    answer = validate(tmp_path / "nowhere", bad, os.devnull, tmp_path)
    assert answer.code == 1
    assert f"{tmp_path}/nowhere:1:1: error R252 {tmp_path}/nowhere cannot be read: No such file or directory\n" in answer.out
    assert f"{bad}/template.yaml:5:3: error R101 " in answer.out
    assert f"{os.devnull}:1:1: error R252 {os.devnull} is no plain file\n" in answer.out
    assert f"{tmp_path}/.release.yaml:1:1: error R250 {tmp_path} holds no .release.yaml\n" in answer.out


def test_a_pointer_file_stands_for_its_repository(validate: Validate, tmp_path: Path) -> None:
    bad = repository(tmp_path / "bad", GOOD.replace("image", "imgae"))
    assert validate(bad / ".release.yaml").out == validate(bad).out


MISTAKES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda path: path.mkdir(), "R252 template.yaml is a folder"),
    "nothing": (lambda _: None, "R251 template.yaml is not in the repository"),
    "a link to nowhere": (lambda path: path.symlink_to("gone.yaml"), "R252 template.yaml cannot be read: No such file"),
    "a link to itself": (
        lambda path: path.symlink_to(path.name),
        "R252 template.yaml cannot be read: its links lead in a circle",
    ),
    "a link out": (lambda path: path.symlink_to("/etc/hostname"), "R252 template.yaml leads out of the repository"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "R252 template.yaml leads out of the repository"),
    "a pipe": (os.mkfifo, "R252 template.yaml is no plain file"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_stands_in_a_template_s_place(validate: Validate, tmp_path: Path, name: str) -> None:
    make, words = MISTAKES[name]
    folder = repository(tmp_path / "repository")
    (folder / "template.yaml").unlink()
    make(folder / "template.yaml")
    answer = validate(folder)
    assert answer.code == 1
    assert f"{folder}/.release.yaml:1:23: error {words}" in answer.out


def test_a_link_within_the_repository_is_followed(validate: Validate, tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    (folder / "template.yaml").rename(folder / "real.yaml")
    (folder / "template.yaml").symlink_to("real.yaml")
    assert validate(folder).code == 0


@pytest.mark.parametrize("name", ["template.yaml", ".release.yaml"])
def test_a_file_that_may_not_be_read(validate: Validate, tmp_path: Path, name: str) -> None:
    for above in tmp_path.parents:
        if above.stat().st_uid == os.geteuid() and not above.stat().st_mode & 0o005:
            above.chmod(above.stat().st_mode | 0o005)
    tmp_path.chmod(0o755)
    folder = repository(tmp_path / "repository")
    (folder / name).chmod(0)
    with nobody():
        answer = validate(folder)
    assert answer.code == 1
    assert f"error R252 {name} cannot be read: Permission denied\n    check its mode and its links\n" in answer.out


def test_a_gigabyte_is_refused_at_once(validate: Validate, tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    os.truncate(folder / "template.yaml", 1 << 30)
    began = time.monotonic()
    answer = validate(folder)
    assert time.monotonic() - began < 1
    assert answer.code == 1
    assert f"{folder}/template.yaml:1:1: error R001 " in answer.out
    assert validate(folder / "template.yaml").out == answer.out


def test_a_name_with_a_newline_stays_one_line_and_cannot_move_the_cursor(validate: Validate, tmp_path: Path) -> None:
    folder = repository(tmp_path / "re\npo\x1b[2J", GOOD.replace("image", '"\\e[2Jimgae"'), pointer=POINTER)
    answer = validate(folder)
    assert "\x1b" not in answer.out
    first = answer.out.splitlines()[0]
    assert first.startswith(f"{tmp_path}/re\\npo\\x1b[2J/template.yaml:")


@pytest.mark.parametrize("name", ["a\\nb.yaml", "a\\0b.yaml", "x" * 5000 + ".yaml", "\\udcff.yaml", "a/" * 3000 + "b"])
def test_a_pointer_to_an_odd_name_is_a_problem(validate: Validate, tmp_path: Path, name: str) -> None:
    folder = repository(tmp_path / "repository", pointer=f'application_template: "{name}"\n')
    answer = validate(folder)
    assert answer.code == 1
    assert ".release.yaml:1:" in answer.out.splitlines()[0]


def test_a_file_name_that_is_no_text_is_shown_by_its_bytes(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository").rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    (folder / "template.yaml").write_text("[]")
    for form in ("text", "json", "sarif", "github", "junit"):
        program = [sys.executable, "-c", "from reconciler.cli.main import main; main()"]
        done = subprocess.run([*program, "validate", str(folder), "--output", form], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (1, b""), form
        done.stdout.decode("utf-8")


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "null\n"])
def test_an_empty_pointer_file_is_a_doubt(validate: Validate, tmp_path: Path, text: str) -> None:
    folder = repository(tmp_path / "repository", pointer=text)
    answer = validate(folder)
    assert answer.code == 0
    assert "warning R201" in answer.out
    assert validate(folder, "--strict").code == 1


def test_a_file_of_another_tool_is_one_note(validate: Validate, corpus: Path) -> None:
    for folder in sorted((corpus / "not-release").iterdir()):
        answer = validate(folder)
        assert (answer.code, answer.out.count(" note R202 "), answer.out.splitlines()[-1]) == (0, 1, "1 note")
        assert validate(folder, "--strict").code == 1


def test_the_page_of_a_code_is_printed(validate: Validate) -> None:
    answer = validate("--explain", "r101")
    assert answer.code == 0
    assert answer.out.startswith("# R101: An unknown key\n")
    assert validate("--explain", "R999").err.startswith("R999 is no problem code; ")


WRONG: dict[str, tuple[str, ...]] = {
    "two ways to read": ("--staged", "--rev", "main"),
    "a path beside a remote": ("--repo", "/somewhere", "folder"),
    "a path beside standard input": ("--stdin-filename", "x.yaml", "folder"),
    "a companion without address": ("--with", "backend"),
    "an unknown form": ("--output", "yaml"),
}


@pytest.mark.parametrize("name", WRONG)
def test_options_that_contradict_each_other_are_wrong_usage(validate: Validate, name: str) -> None:
    answer = validate(*WRONG[name])
    assert (answer.code, answer.out) == (2, "")


def test_nothing_is_imported_that_only_others_need(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository", GOOD.replace("image", "imgae"))
    script = (
        "import sys\nfrom reconciler.cli.main import call\n"
        f"assert call(['validate', {str(folder)!r}]) == 1\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"reconciler", "jsonschema_rs"} <= loaded
    assert not loaded & {"kubernetes", "git", "http", "socketserver", "sqlite3", "subprocess", "watchfiles", "schedule", "ssl"}
