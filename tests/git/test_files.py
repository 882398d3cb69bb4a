"""Files are read at commits by their paths, and nothing outside a repository ever is."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from git import Repo
from hypothesis import given
from hypothesis import strategies as st

from reconciler.git.kept import Kept
from reconciler.git.mirrors import Mirrors
from reconciler.model.errors import Missing, Refused
from reconciler.model.ids import AppName, Commit

Make = Callable[[str], Repo]
Committing = Callable[[Repo, Mapping[str, str | bytes]], Commit]
Mirroring = Callable[..., Mirrors]
APP = AppName("frontend")


@pytest.fixture
def origin(make: Make) -> Repo:
    """The repository of `frontend`."""
    return make("frontend")


@pytest.fixture
def mirrors(origin: Repo, mirrors_of: Mirroring) -> Mirrors:
    """Mirrors that know `frontend` and have not listed it yet."""
    return mirrors_of({"frontend": origin.working_dir})


def read(mirrors: Mirrors, commit: Commit, path: str) -> bytes | None:
    """One file, freshly listed."""
    mirrors.begin()
    mirrors.list(APP)
    return mirrors.files(APP, commit, paths=[path])[path]


def test_files_are_read_as_they_were_at_each_commit(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    first = commit(origin, {".release.yaml": "one", "deep/er/file": b"\x00\xff"})
    second = commit(origin, {".release.yaml": "two"})
    mirrors.list(APP)
    paths = [".release.yaml", "deep/er/file", "nothing", "deep/nothing", ".release.yaml/below"]
    assert mirrors.files(APP, first, paths=paths) == {
        ".release.yaml": b"one",
        "deep/er/file": b"\x00\xff",
        "nothing": None,
        "deep/nothing": None,
        ".release.yaml/below": None,
    }
    assert mirrors.files(APP, second, paths=[".release.yaml"]) == {".release.yaml": b"two"}


@pytest.mark.parametrize("name", ["a b", "new\nline", "tab\t", "größe", "-dash", ":(glob)*", "*", "quote\"'"])
def test_a_file_of_any_name_is_read(name: str, origin: Repo, *, commit: Committing, mirrors: Mirrors) -> None:
    head = commit(origin, {f"folder/{name}": "here"})
    assert read(mirrors, head, f"folder/{name}") == b"here"


def test_needless_slashes_and_dots_are_read_over(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    assert read(mirrors, commit(origin, {"a/b": "here"}), "./a//b") == b"here"


@pytest.mark.parametrize("path", ["../frontend/a", "a/../../x", "/etc/passwd", "", ".", "/", "a\0b", "x" * 5000])
def test_a_path_that_leaves_the_repository_is_refused(path: str, origin: Repo, *, commit: Committing, mirrors: Mirrors) -> None:
    head = commit(origin, {"a": "1"})
    with pytest.raises(Refused, match="is not a path inside the repository"):
        read(mirrors, head, path)


def test_symbolic_links_are_refused_as_file_and_as_folder(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    (Path(origin.working_dir) / "passwd").symlink_to("/etc/passwd")
    (Path(origin.working_dir) / "etc").symlink_to("/etc")
    head = commit(origin, {"a": "1"})
    for path in ("passwd", "etc/passwd"):
        with pytest.raises(Refused, match="symbolic link"):
            read(mirrors, head, path)


def test_a_submodule_is_refused(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    first = commit(origin, {"a": "1"})
    origin.git.execute(["git", "update-index", "--add", "--cacheinfo", f"160000,{first},library"])
    origin.git.execute(["git", "commit", "--quiet", "-m", "A submodule"])
    head = Commit(origin.git.execute(["git", "rev-parse", "HEAD"]))
    with pytest.raises(Refused, match="submodule library"):
        read(mirrors, head, "library/file")


def test_a_folder_is_not_a_file(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    head = commit(origin, {"a/b": "1"})
    with pytest.raises(Refused, match=r"frontend@[0-9a-f]{7}: a is a folder"):
        read(mirrors, head, "a")


def test_a_file_beyond_the_limit_is_refused_and_the_next_one_is_read(
    origin: Repo, commit: Committing, *, mirrors: Mirrors
) -> None:
    head = commit(origin, {"large": b"x" * (1024 * 1024 + 1), "just": b"x" * 1024 * 1024})
    with pytest.raises(Refused, match="larger than 1024 KiB"):
        read(mirrors, head, "large")
    assert len(read(mirrors, head, "just") or b"") == 1024 * 1024


@pytest.mark.parametrize("wanted", ["0" * 40, "HEAD", "main", "--all", "", "refs/heads/main", "a" * 64])
def test_a_commit_that_is_not_in_the_mirror_is_missing(
    wanted: str, origin: Repo, *, commit: Committing, mirrors: Mirrors
) -> None:
    commit(origin, {"a": "1"})
    with pytest.raises(Missing, match="is not in its mirror"):
        read(mirrors, Commit(wanted), "a")


def test_a_tree_is_no_commit(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    commit(origin, {"a": "1"})
    tree = Commit(origin.git.execute(["git", "rev-parse", "HEAD^{tree}"]))
    with pytest.raises(Missing):
        read(mirrors, tree, "a")


def test_without_a_listing_there_is_no_mirror_and_none_is_made(mirrors: Mirrors, tmp_path: Path) -> None:
    with pytest.raises(Missing, match="has no mirror yet"):
        mirrors.files(APP, Commit("0" * 40), paths=["a"])
    assert not (tmp_path / "mirrors").exists()


def test_commits_know_when_they_were_made(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    os.environ["GIT_COMMITTER_DATE"] = "2026-11-21T10:00:00+0200"
    head = commit(origin, {"a": "1"})
    mirrors.list(APP)
    absent = Commit("0" * 40)
    assert mirrors.committed_at(APP, [head, absent]) == {head: datetime(2026, 11, 21, 8, tzinfo=UTC)}


def test_changes_are_counted_on_the_first_parents_line(origin: Repo, commit: Committing, *, mirrors: Mirrors) -> None:
    commit(origin, {"t": "1", "v": "1", "other": "1"})
    commit(origin, {"other": "2"})
    origin.git.execute(["git", "switch", "--quiet", "-c", "side"])
    commit(origin, {"t": "2"})
    commit(origin, {"t": "3"})
    origin.git.execute(["git", "switch", "--quiet", "main"])
    origin.git.execute(["git", "merge", "--quiet", "--no-ff", "-m", "Join", "side"])
    head = commit(origin, {"v": "2"})
    mirrors.list(APP)
    assert mirrors.count_changes(APP, head, paths=["t", "v"]) == 3
    assert mirrors.count_changes(APP, head, paths=["t"]) == 2
    assert mirrors.count_changes(APP, head, paths=["*"]) == 0
    assert mirrors.count_changes(APP, head, paths=["nothing", "--all"]) == 0
    assert mirrors.count_changes(APP, head, paths=[]) == 0


def test_a_repository_s_own_settings_and_hooks_are_never_run(
    origin: Repo, commit: Committing, *, mirrors: Mirrors, tmp_path: Path
) -> None:
    head = commit(origin, {"a": "1", ".gitattributes": "* filter=evil\n", ".gitmodules": "[submodule]\n"})
    mark = tmp_path / "ran"
    with origin.config_writer() as settings:
        settings.set_value("core", "fsmonitor", f"touch {mark}")
        settings.set_value("core", "sshCommand", f"touch {mark}")
        settings.set_value("uploadpack", "packObjectsHook", f"touch {mark};")
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        file = Path(origin.git_dir) / "hooks" / hook
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\ntouch {mark}\n")
        file.chmod(0o755)
    assert read(mirrors, head, "a") == b"1"
    assert not mark.exists()


@given(st.lists(st.tuples(st.integers(0, 20), st.binary(max_size=30)), max_size=60))
def test_what_is_kept_never_weighs_more_than_it_may_and_is_never_wrong(puts: list[tuple[int, bytes]]) -> None:
    kept: Kept[int, bytes] = Kept(100, weigh=len)
    newest: dict[int, bytes] = {}
    for key, value in puts:
        kept.put(key, value)
        newest[key] = value
        assert kept.get(key) == value
    held = {key: found for key in newest if (found := kept.get(key)) is not None}
    assert held.items() <= newest.items()
    assert sum(map(len, held.values())) <= 100
