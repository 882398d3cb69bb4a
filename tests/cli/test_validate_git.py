"""What `validate` reads from git: what is staged, a revision, a remote; and what an editor types."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Answer, Repository, Village

TEMPLATE = ".release/application_template.yaml"
VARIABLES = ".release/environment_variables.yaml"
BAD = "R101 services[web]: key 'has_repoo' is unknown"

Validate = Callable[..., "Answer"]


@pytest.fixture
def frontend(village: "Village") -> "Iterator[Repository]":
    """The repository of the frontend, which is where the command runs."""
    repository = village.repository("frontend")
    with contextlib.chdir(repository.path):
        yield repository


@pytest.fixture
def validate(village: "Village") -> Validate:
    """Run `validate`, with standard input where it is given."""

    def run(*arguments: str, typed: str | None = None) -> "Answer":
        before = sys.stdin
        if typed is not None:
            sys.stdin = io.TextIOWrapper(io.BytesIO(typed.encode()))
        try:
            return village.call("validate", *arguments)
        finally:
            sys.stdin = before

    return run


def spoil(repository: "Repository") -> str:
    """Plant a mistake in the template's file; the text."""
    path = repository.path / TEMPLATE
    path.write_text(path.read_text().replace("has_repo:", "has_repoo:"))
    return path.read_text()


def test_what_is_staged_is_what_is_checked(validate: Validate, frontend: "Repository") -> None:
    spoil(frontend)
    assert BAD in validate().out
    assert validate("--staged").code == 0
    frontend.git("add", TEMPLATE)
    frontend.git("show", f"HEAD:{TEMPLATE}")
    (frontend.path / TEMPLATE).write_text(frontend.git("show", f"HEAD:{TEMPLATE}") + "\n")
    assert validate().code == 0
    answer = validate("--staged")
    assert answer.code == 1
    assert answer.out.startswith(f"{TEMPLATE}:21:3: error {BAD}\n")


def test_a_file_that_was_never_added_is_not_there(validate: Validate, frontend: "Repository") -> None:
    frontend.git("rm", "--cached", "--quiet", TEMPLATE)
    assert validate().code == 0
    assert f".release.yaml:1:23: error R251 {TEMPLATE} is not in the repository\n" in validate("--staged").out


def test_before_the_first_commit(validate: Validate, frontend: "Repository") -> None:
    frontend.git("update-ref", "-d", "refs/heads/main")
    spoil(frontend)
    frontend.git("add", TEMPLATE)
    assert BAD in validate("--staged").out


def test_links_and_conflicts_that_are_staged(validate: Validate, frontend: "Repository") -> None:
    (frontend.path / TEMPLATE).unlink()
    (frontend.path / TEMPLATE).symlink_to("environment_variables.yaml")
    frontend.git("add", TEMPLATE)
    assert f"error R252 {TEMPLATE} is or passes through the symbolic link {TEMPLATE}\n" in validate("--staged").out
    frontend.git("reset", "--quiet", "--hard")
    frontend.commit({VARIABLES: "defaults: [{key: A, value: '1'}]\n"}, branch="other")
    frontend.commit({VARIABLES: "defaults: [{key: A, value: '2'}]\n"})
    with pytest.raises(subprocess.CalledProcessError):
        frontend.git("merge", "--quiet", "other")
    assert f"error R252 {VARIABLES} has a conflict that is not resolved\n" in validate("--staged").out


def test_a_path_through_a_link_that_is_staged(validate: Validate, frontend: "Repository") -> None:
    (frontend.path / ".release").rename(frontend.path / "real")
    (frontend.path / ".release").symlink_to("real")
    frontend.git("add", "--all")
    assert f"error R252 {TEMPLATE} is or passes through the symbolic link .release\n" in validate("--staged").out


def test_a_folder_of_a_repository_and_a_file_alone(validate: Validate, frontend: "Repository") -> None:
    (frontend.path / "inner").mkdir()
    for name in (".release.yaml", ".release"):
        frontend.git("mv", name, f"inner/{name}")
    assert validate("--staged", "inner").code == 0
    assert "error R250 . " in validate("--staged").out.replace(", as it is staged,", " ")
    (frontend.path / "inner" / TEMPLATE).write_text("services: 1\n")
    frontend.git("add", "--all")
    assert validate("--staged", f"inner/{TEMPLATE}").out.count(f"inner/{TEMPLATE}:1:11: error R103 ") == 1


def test_in_a_linked_work_tree_its_own_index_counts(validate: Validate, frontend: "Repository", tmp_path: Path) -> None:
    frontend.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked"))
    linked = type(frontend)(tmp_path / "linked")
    spoil(linked)
    linked.git("add", TEMPLATE)
    assert validate("--staged").code == 0
    with contextlib.chdir(linked.path):
        assert BAD in validate("--staged").out


def test_the_index_of_a_hook_counts(validate: Validate, frontend: "Repository") -> None:
    """`git commit -a` shows its hooks an index of its own."""
    hook = frontend.path / ".git/hooks/pre-commit"
    hook.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from reconciler.cli.main import main; main()" validate --staged\n')
    hook.chmod(0o755)
    spoil(frontend)
    with pytest.raises(subprocess.CalledProcessError) as refused:
        frontend.git("commit", "--all", "--quiet", "--message", "Bad")
    assert BAD in refused.value.stdout + refused.value.stderr
    assert validate("--staged").code == 0


def test_the_index_of_a_hook_of_another_repository_does_not(
    validate: Validate, frontend: "Repository", village: "Village"
) -> None:
    spoil(frontend)
    frontend.git("add", TEMPLATE)
    os.environ["GIT_INDEX_FILE"] = str(village.repository("backend").path / ".git/index")
    os.environ["GIT_DIR"] = str(village.repository("backend").path / ".git")
    assert BAD in validate("--staged").out


def test_nothing_that_the_repository_configures_is_run(validate: Validate, frontend: "Repository", tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "diff.external", "core.askPass"):
        frontend.git("config", key, str(trap))
    (frontend.path / ".git/hooks/post-index-change").symlink_to(trap)
    before = (frontend.path / ".git/index").read_bytes()
    assert validate("--staged").code == 0
    assert validate("--rev", "HEAD").code == 0
    assert not (tmp_path / "sprung").exists()
    assert (frontend.path / ".git/index").read_bytes() == before


def test_a_revision_is_read_from_its_commit(validate: Validate, frontend: "Repository") -> None:
    spoil(frontend)
    frontend.git("commit", "--all", "--quiet", "--message", "Bad")
    commit = frontend.git("rev-parse", "HEAD")
    frontend.git("reset", "--quiet", "--hard", "HEAD~1")
    frontend.git("tag", "bad", commit)
    for revision in (commit, commit[:9], "bad", "refs/tags/bad"):
        answer = validate("--rev", revision, "--output", "json")
        assert answer.code == 1
        found = next(problem for problem in answer.json["problems"] if problem["code"] == "R101")
        assert (found["application"], found["commit"], found["file"], found["line"]) == ("frontend", commit, TEMPLATE, 21)
    assert validate("--rev", "HEAD").code == 0


@pytest.mark.parametrize("revision", ["nowhere", "--help", "main..other", "a\nb", "HEAD:.release.yaml", ":/x"])
def test_a_revision_that_is_not_there(validate: Validate, frontend: "Repository", revision: str) -> None:
    answer = validate(f"--rev={revision}")
    assert (answer.code, answer.out) == (1, "")
    assert str(frontend.path) in answer.err


def test_outside_of_a_repository(validate: Validate, tmp_path: Path) -> None:
    for option in ("--staged", "--rev=HEAD"):
        answer = validate(option, str(tmp_path))
        assert (answer.code, answer.err) == (1, f"{tmp_path} is in no git repository; run it in one, or name one\n")


def test_a_remote_at_its_default_branch_and_at_others(validate: Validate, frontend: "Repository") -> None:
    spoil(frontend)
    frontend.git("commit", "--all", "--quiet", "--message", "Bad")
    frontend.git("tag", "bad")
    for address in (".", "./", "../frontend", str(frontend.path), frontend.path.as_uri()):
        answer = validate("--repo", address)
        assert answer.code == 1
        assert f"frontend@{frontend.git('rev-parse', 'HEAD')[:7]} {TEMPLATE}:21:3: error {BAD}\n" in answer.out
        assert validate("--repo", address, "--rev", "feature/login").code == 0
        assert BAD in validate("--repo", address, "--rev", "bad").out
        assert BAD in validate("--repo", address, "--rev", frontend.git("rev-parse", "HEAD")).out
    answer = validate("--repo", ".", "--rev", "nowhere")
    assert (answer.code, answer.err) == (
        1,
        f"{frontend.path} has no revision nowhere; name a branch, a tag or a whole commit id with --rev\n",
    )


@pytest.mark.parametrize(
    "address", ["nowhere", "./nowhere", "ext::sh -c id", "https://user:hunter2@example.com/x", "--help", "http://127.0.0.1:9/x"]
)
def test_a_remote_that_cannot_be_read(validate: Validate, frontend: "Repository", address: str) -> None:
    answer = validate(f"--repo={address}")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1
    assert "hunter2" not in answer.err


def test_what_is_typed_is_judged_beside_its_repository(validate: Validate, frontend: "Repository") -> None:
    text = (frontend.path / TEMPLATE).read_text()
    spoil(frontend)
    assert validate("--stdin-filename", TEMPLATE, typed=text).code == 0
    answer = validate("--stdin-filename", TEMPLATE, typed=text.replace("has_repo:", "has_repoo:"))
    assert answer.out.startswith(f"{TEMPLATE}:21:3: error {BAD}\n")
    frontend.git("checkout", "--quiet", TEMPLATE)
    answer = validate("--stdin-filename", VARIABLES, typed="services:\n  wep:\n  - {key: A, value: '1'}\n")
    assert f"{VARIABLES}:2:3: " in answer.out
    assert TEMPLATE not in answer.out.replace(f"see {TEMPLATE}", "")
    answer = validate("--stdin-filename", ".release.yaml", typed="application_template: gone.yaml\n")
    assert answer.out.startswith(".release.yaml:1:23: error R251 gone.yaml is not in the repository\n")


def test_what_is_typed_may_belong_to_nothing_yet(validate: Validate, frontend: "Repository", tmp_path: Path) -> None:
    for name in ("new/template.yaml", str(tmp_path / "template.yaml")):
        answer = validate("--stdin-filename", name, typed="services: 1\n")
        assert f"{name}:1:11: error R103 " in answer.out


def test_standard_input_beyond_the_limit_is_refused(validate: Validate, frontend: "Repository") -> None:
    answer = validate("--stdin-filename", TEMPLATE, typed="#" * (1 << 21))
    assert f"{TEMPLATE}:1:1: error R001 " in answer.out
