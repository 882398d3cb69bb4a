"""Within a pass each repository is asked once, by whatever threads and applications, and no process is left."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from git import Repo

from reconciler.git.mirrors import Mirrors
from reconciler.model.errors import Missing, ReconcilerError, Refused
from reconciler.model.ids import AppName, Commit, EnvId, branch_ref
from reconciler.model.ports import CommitKeeper, FileReader, RefLister

Make = Callable[[str], Repo]
Committing = Callable[[Repo, Mapping[str, str | bytes]], Commit]
Mirroring = Callable[..., Mirrors]
APP, OTHER = AppName("frontend"), AppName("backend")


def test_mirrors_fulfil_the_ports_of_refs_files_and_keeping(mirrors_of: Mirroring) -> None:
    mirrors = mirrors_of({})
    ports: tuple[RefLister, FileReader, CommitKeeper] = (mirrors, mirrors, mirrors)
    assert len(ports) == 3


def test_a_pass_lists_a_repository_once_and_fetches_only_what_is_new(
    make: Make, commit: Committing, *, mirrors_of: Mirroring, git_calls: Callable[[], list[str]]
) -> None:
    origin = make("shared")
    head = commit(origin, {"a": "1"})
    mirrors = mirrors_of({"frontend": origin.working_dir, "backend": origin.working_dir})
    mirrors.list(APP)

    def calls_of_a_pass() -> list[str]:
        before = len(git_calls())
        mirrors.begin()
        for _ in range(20):
            mirrors.list(APP)
            mirrors.list(OTHER)
            mirrors.files(APP, head, paths=["a", "b"])
            mirrors.committed_at(OTHER, [head])
        words = (word for line in git_calls()[before:] for word in line.split())
        return [word for word in words if word in {"ls-remote", "fetch", "cat-file", "rev-list", "init", "for-each-ref"}]

    assert calls_of_a_pass() == ["ls-remote"]
    head = commit(origin, {"a": "2"})
    assert calls_of_a_pass() == ["ls-remote", "fetch"]
    assert calls_of_a_pass() == ["ls-remote"]


def test_one_answer_holds_for_all_of_a_pass(make: Make, commit: Committing, *, mirrors_of: Mirroring) -> None:
    origin = make("frontend")
    first = commit(origin, {"a": "1"})
    mirrors = mirrors_of({"frontend": origin.working_dir})
    mirrors.begin()
    mirrors.list(APP)
    second = commit(origin, {"a": "2"})
    assert mirrors.list(APP).refs[branch_ref("main")] == first
    mirrors.begin()
    assert mirrors.list(APP).refs[branch_ref("main")] == second


def test_a_failure_holds_for_all_of_a_pass_too(make: Make, commit: Committing, *, mirrors_of: Mirroring, tmp_path: Path) -> None:
    mirrors = mirrors_of({"frontend": tmp_path / "origins" / "frontend"})
    with pytest.raises(Refused):
        mirrors.list(APP)
    commit(make("frontend"), {"a": "1"})
    with pytest.raises(Refused):
        mirrors.list(APP)
    mirrors.begin()
    assert mirrors.list(APP).head == branch_ref("main")


def test_an_application_that_is_not_declared_is_missing(mirrors_of: Mirroring) -> None:
    with pytest.raises(Missing, match=r"nobody is not in config\.yaml"):
        mirrors_of({}).list(AppName("nobody"))


def test_one_bad_repository_harms_no_other(make: Make, commit: Committing, *, mirrors_of: Mirroring) -> None:
    origin = make("frontend")
    commit(origin, {"a": "1"})
    mirrors = mirrors_of({"frontend": origin.working_dir, "backend": "ext::sh"})
    with pytest.raises(ReconcilerError):
        mirrors.list(OTHER)
    head = mirrors.list(APP).refs[branch_ref("main")]
    mirrors.keep(EnvId("tabcdefg"), {APP: head})


def test_many_threads_read_one_mirror_rightly(
    make: Make, commit: Committing, *, mirrors_of: Mirroring, git_calls: Callable[[], list[str]]
) -> None:
    origin = make("frontend")
    commits = [commit(origin, {f"folder{number}/file": f"content {number}"}) for number in range(12)]
    mirrors = mirrors_of({"frontend": origin.working_dir})
    mirrors.begin()
    together = threading.Barrier(6)

    def read(worker: int) -> list[bytes | None]:
        together.wait()
        mirrors.list(APP)
        found = []
        for turn in range(40):
            number = (worker + turn) % 12
            path = f"folder{number}/file"
            found.append(mirrors.files(APP, commits[number], paths=[path])[path])
        return found

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(read, range(6)))
    assert answers == [[f"content {(worker + turn) % 12}".encode() for turn in range(40)] for worker in range(6)]
    assert sum(" ls-remote " in line for line in git_calls()) == 1


def test_no_process_is_left_after_many_passes(
    make: Make, commit: Committing, *, mirrors_of: Mirroring, processes: Callable[..., list[str]]
) -> None:
    origin = make("frontend")
    mirrors = mirrors_of({"frontend": origin.working_dir})
    head = commit(origin, {"a": "first"})
    for number in range(5):
        head = commit(origin, {"a": str(number)})
        mirrors.begin()
        mirrors.list(APP)
        mirrors.files(APP, head, paths=["a"])
        mirrors.count_changes(APP, head, paths=["a"])
        mirrors.keep(EnvId("tabcdefg"), {APP: head})
    assert ["cat-file" in line for line in processes()] == [True]
    mirrors.close()
    assert processes(settle=2) == []
    assert mirrors.files(APP, head, paths=["a"]) == {"a": b"4"}


def test_a_kept_process_that_dies_is_started_again(
    make: Make, commit: Committing, *, mirrors_of: Mirroring, git_calls: Callable[[], list[str]]
) -> None:
    origin = make("frontend")
    head = commit(origin, {"a": "1", "b": "2"})
    mirrors = mirrors_of({"frontend": origin.working_dir})
    mirrors.list(APP)
    assert mirrors.files(APP, head, paths=["a"]) == {"a": b"1"}
    conversation = next(iter(mirrors._mirrors.values())).objects._conversation
    assert conversation is not None
    conversation._process.kill()
    conversation._process.wait()
    assert mirrors.files(APP, head, paths=["b"]) == {"b": b"2"}
    assert sum(" cat-file " in line for line in git_calls()) == 2
