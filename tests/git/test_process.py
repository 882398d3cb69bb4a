"""Every git command ends by its deadline with all that it started, and reaches nothing that was not allowed."""

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from git import Repo

from reconciler.git.limits import Deadlines
from reconciler.git.mirrors import Mirrors
from reconciler.git.process import Access, Ending, check_git, run
from reconciler.model.errors import Busy, NoSpace, Refused, Unreachable
from reconciler.model.ids import AppName, Commit, branch_ref

Committing = Callable[[Repo, Mapping[str, str | bytes]], Commit]
Mirroring = Callable[..., Mirrors]
APP = AppName("frontend")


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/frontend.git"


def test_a_server_that_never_answers_is_given_up_by_the_deadline_and_leaves_no_process(
    silent: str, mirrors_of: Mirroring, *, processes: Callable[..., list[str]]
) -> None:
    mirrors = mirrors_of({"frontend": silent}, deadlines=Deadlines(listing=0.6))
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"did not answer within 0\.6 seconds"):
        mirrors.list(APP)
    assert time.monotonic() - began < 3
    assert processes(silent, settle=2) == []


def test_too_much_output_is_cut_and_its_process_ended(tmp_path: Path, processes: Callable[..., list[str]]) -> None:
    finished = run(("help", "--all"), repository=tmp_path, deadline=10, limit=10)
    assert finished.ending is Ending.TOO_MUCH
    assert not finished.good
    assert processes(settle=2) == []


def test_only_the_protocol_of_the_access_is_allowed(make: Callable[[str], Repo], tmp_path: Path) -> None:
    address = str(make("frontend").working_dir)
    for access in (Access(), Access("https")):
        finished = run(("ls-remote", "--", address), repository=tmp_path, deadline=10, access=access)
        assert "transport 'file' not allowed" in finished.complaint
    assert run(("ls-remote", "--", address), repository=tmp_path, deadline=10, access=Access("file")).good


def test_a_large_feed_is_read_to_its_end(make: Callable[[str], Repo]) -> None:
    repository = Path(make("frontend").git_dir)
    feed = b"".join(b"%040d\n" % number for number in range(20_000))
    finished = run(("cat-file", "--batch-check"), repository=repository, deadline=20, feed=feed)
    assert finished.output.count(b"missing") == 20_000


def test_a_machine_without_git_is_told_to_install_it(tmp_path: Path, mirrors_of: Mirroring) -> None:
    os.environ["PATH"] = str(tmp_path)
    with pytest.raises(Refused, match=r"git was not found; install git 2\.32 or newer"):
        check_git()
    with pytest.raises(Refused, match="git was not found"):
        mirrors_of({"frontend": tmp_path}).list(APP)


def test_an_old_git_is_refused_by_its_version(tmp_path: Path) -> None:
    script = tmp_path / "git"
    script.write_text("#!/bin/sh\necho git version 2.25.1\n")
    script.chmod(0o755)
    os.environ["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    with pytest.raises(Refused, match=r"git 2\.25\.1 is too old"):
        check_git()


def test_a_mirror_that_another_process_writes_is_busy_and_names_it(
    make: Callable[[str], Repo], commit: Committing, *, mirrors_of: Mirroring, tmp_path: Path
) -> None:
    origin = make("frontend")
    commit(origin, {"a": "1"})
    mirrors = mirrors_of({"frontend": origin.working_dir}, deadlines=Deadlines(lock=0.2))
    mirrors.list(APP)
    commit(origin, {"a": "2"})
    lock = next((tmp_path / "mirrors").glob("*.lock"))
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        mirrors.begin()
        with pytest.raises(Busy, match=f"is being written by process {os.getpid()}"):
            mirrors.list(APP)
    mirrors.begin()
    mirrors.list(APP)


def test_mirrors_that_cannot_be_made_are_a_matter_of_space(
    make: Callable[[str], Repo], commit: Committing, *, mirrors_of: Mirroring, tmp_path: Path
) -> None:
    origin = make("frontend")
    commit(origin, {"a": "1"})
    (tmp_path / "mirrors").write_text("a file where a folder must be")
    with pytest.raises(NoSpace, match="cannot be written: File exists"):
        mirrors_of({"frontend": origin.working_dir}).list(APP)


def _only(tmp_path: Path) -> Path:
    return next((tmp_path / "mirrors").glob("*.git"))


@pytest.mark.parametrize("harm", ["no head", "no objects", "garbage", "empty"])
def test_a_broken_mirror_is_moved_aside_and_made_anew(
    harm: str, make: Callable[[str], Repo], *, commit: Committing, mirrors_of: Mirroring, tmp_path: Path
) -> None:
    origin = make("frontend")
    commit(origin, {"a": "1"})
    with mirrors_of({"frontend": origin.working_dir}) as mirrors:
        mirrors.list(APP)
    head = commit(origin, {"a": "2"})
    _harm(_only(tmp_path), harm)
    again = mirrors_of({"frontend": origin.working_dir})
    assert again.list(APP).refs == {branch_ref("main"): head}
    assert again.files(APP, head, paths=["a"]) == {"a": b"2"}
    assert _only(tmp_path).with_name(f"{_only(tmp_path).name}.broken").exists()


@pytest.mark.parametrize("harm", ["packs cut", "packs bent", "gone"])
def test_a_mirror_that_lost_objects_is_whole_again_within_a_pass(
    harm: str, make: Callable[[str], Repo], *, commit: Committing, mirrors_of: Mirroring, tmp_path: Path
) -> None:
    origin = make("frontend")
    head = commit(origin, {"a": "1" * 1000})
    with mirrors_of({"frontend": origin.working_dir}) as mirrors:
        mirrors.list(APP)
    _harm(_only(tmp_path), harm)
    again = mirrors_of({"frontend": origin.working_dir})
    with suppress(Unreachable):
        again.list(APP)
    again.begin()
    assert again.list(APP).refs == {branch_ref("main"): head}
    assert again.files(APP, head, paths=["a"]) == {"a": b"1" * 1000}


def _harm(mirror: Path, harm: str) -> None:
    if harm == "no head":
        (mirror / "HEAD").unlink()
    elif harm == "no objects":
        (mirror / "objects").rename(mirror / "elsewhere")
    elif harm == "garbage":
        (mirror / "HEAD").write_bytes(b"\x00garbage")
    elif harm.startswith("packs"):
        for pack in (mirror / "objects" / "pack").glob("*.pack"):
            pack.chmod(0o600)
            content = pack.read_bytes()
            pack.write_bytes(content[:20] if harm == "packs cut" else content[:12] + bytes(len(content) - 32) + content[-20:])
    else:
        mirror.rename(mirror.with_name("elsewhere"))
        if harm == "empty":
            mirror.mkdir()


def test_an_object_that_is_gone_is_fetched_anew_at_the_next_pass(
    make: Callable[[str], Repo], commit: Committing, *, mirrors_of: Mirroring, tmp_path: Path
) -> None:
    origin = make("frontend")
    head = commit(origin, {"a": "1"})
    mirrors = mirrors_of({"frontend": origin.working_dir})
    mirrors.list(APP)
    mirrors.committed_at(APP, [head])
    for pack in (_only(tmp_path) / "objects" / "pack").iterdir():
        pack.unlink()
    mirrors._mirrors[next(iter(mirrors._mirrors))].objects._hang_up()
    with pytest.raises(Unreachable, match="lacks object"):
        mirrors.files(APP, head, paths=["a"])
    mirrors.begin()
    mirrors.list(APP)
    assert mirrors.files(APP, head, paths=["a"]) == {"a": b"1"}


@pytest.mark.slow
def test_many_fetches_do_not_make_many_packs(
    make: Callable[[str], Repo], commit: Committing, *, mirrors_of: Mirroring, tmp_path: Path
) -> None:
    origin = make("frontend")
    mirrors = mirrors_of({"frontend": origin.working_dir})
    commits = []
    for number in range(60):
        commits.append(commit(origin, {"a": str(number)}))
        mirrors.begin()
        mirrors.list(APP)
    assert len(list((_only(tmp_path) / "objects" / "pack").glob("*.pack"))) < 20
    assert all(mirrors.files(APP, head, paths=["a"])["a"] == str(number).encode() for number, head in enumerate(commits))


def test_what_a_command_is_given_stands_whatever_the_environment_says(make: Callable[[str], Repo]) -> None:
    repository = Path(make("frontend").git_dir)
    os.environ["GIT_EDITOR"] = "inherited"
    access = Access(environment={"GIT_EDITOR": "given"})
    assert run(("var", "GIT_EDITOR"), repository=repository, deadline=10, access=access).output == b"given\n"
    assert run(("var", "GIT_EDITOR"), repository=repository, deadline=10).output != b"inherited\n"
