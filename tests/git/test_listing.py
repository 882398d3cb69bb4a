"""A listing names the remote's branches, tags and HEAD as they are, and all it names can be read afterwards."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from git import Repo

from reconciler.git.listing import read_listing
from reconciler.git.mirrors import Mirrors
from reconciler.model.errors import Refused, Unreachable
from reconciler.model.ids import AppName, Commit, Ref, branch_ref, tag_ref

Make = Callable[[str], Repo]
Committing = Callable[[Repo, Mapping[str, str | bytes]], Commit]
Mirroring = Callable[..., Mirrors]
APP = AppName("frontend")
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_branches_tags_and_head_are_listed(make: Make, commit: Committing, mirrors_of: Mirroring) -> None:
    origin = make("frontend")
    first = commit(origin, {"a": "1"})
    origin.git.execute(["git", "tag", "light"])
    origin.git.execute(["git", "tag", "-a", "-m", "Noted", "noted"])
    origin.git.execute(["git", "switch", "--quiet", "-c", "feature/x"])
    second = commit(origin, {"a": "2"})
    origin.git.execute(["git", "switch", "--quiet", "main"])
    listing = mirrors_of({"frontend": origin.working_dir}).list(APP)
    assert listing.refs == {
        branch_ref("main"): first,
        branch_ref("feature/x"): second,
        tag_ref("light"): first,
        tag_ref("noted"): first,
    }
    assert listing.head == branch_ref("main")


@pytest.mark.parametrize("name", [b"frat/#%test/rrr-", b"caf\xe9", "größe/🙂".encode(), b"a'b\"c$(x)", b"@x", b"x.lock.y"])
def test_a_branch_of_any_name_is_listed_by_its_bytes_and_read(
    name: bytes, make: Make, *, commit: Committing, mirrors_of: Mirroring
) -> None:
    origin = make("frontend")
    head = commit(origin, {"a": "1"})
    origin.git.execute(["git", "update-ref", os.fsdecode(b"refs/heads/" + name), head])
    mirrors = mirrors_of({"frontend": origin.working_dir})
    assert mirrors.list(APP).refs[Ref(b"refs/heads/" + name)] == head
    assert mirrors.files(APP, head, paths=["a"]) == {"a": b"1"}


def test_an_empty_repository_has_no_refs_and_no_head(make: Make, mirrors_of: Mirroring) -> None:
    listing = mirrors_of({"frontend": make("frontend").working_dir}).list(APP)
    assert (listing.refs, listing.head) == ({}, None)


def test_a_head_that_names_no_branch_is_none(make: Make, commit: Committing, mirrors_of: Mirroring) -> None:
    origin = make("frontend")
    commit(origin, {"a": "1"})
    origin.git.execute(["git", "symbolic-ref", "HEAD", "refs/heads/nothing"])
    assert mirrors_of({"frontend": origin.working_dir}).list(APP).head is None


def test_a_forced_push_and_a_deletion_are_seen_and_old_commits_stay(
    make: Make, commit: Committing, mirrors_of: Mirroring
) -> None:
    origin = make("frontend")
    commit(origin, {"a": "1"})
    old = commit(origin, {"a": "2"})
    origin.git.execute(["git", "branch", "gone"])
    mirrors = mirrors_of({"frontend": origin.working_dir})
    mirrors.list(APP)
    origin.git.execute(["git", "reset", "--quiet", "--hard", "HEAD~1"])
    new = commit(origin, {"a": "3"})
    origin.git.execute(["git", "branch", "-D", "gone"])
    mirrors.begin()
    assert mirrors.list(APP).refs == {branch_ref("main"): new}
    assert mirrors.files(APP, old, paths=["a"]) == {"a": b"2"}


def test_a_branch_may_become_a_folder_of_branches(make: Make, commit: Committing, mirrors_of: Mirroring) -> None:
    origin = make("frontend")
    commit(origin, {"a": "1"})
    origin.git.execute(["git", "branch", "feature"])
    mirrors = mirrors_of({"frontend": origin.working_dir})
    mirrors.list(APP)
    origin.git.execute(["git", "branch", "-D", "feature"])
    origin.git.execute(["git", "branch", "feature/x"])
    commit(origin, {"a": "2"})
    mirrors.begin()
    assert set(mirrors.list(APP).refs) == {branch_ref("main"), branch_ref("feature/x")}


@pytest.mark.parametrize("form", ["{path}", "{path}/", "{path}/.git", "file://{path}"])
def test_a_local_repository_is_reached_by_path_or_file_address(
    form: str, make: Make, *, commit: Committing, mirrors_of: Mirroring
) -> None:
    origin = make("front end")
    commit(origin, {"a": "1"})
    moved = Path(origin.working_dir).rename(Path(origin.working_dir).with_name("frontend"))
    assert mirrors_of({"frontend": form.format(path=moved)}).list(APP).head == branch_ref("main")


@pytest.mark.parametrize("address", ["ext::sh", "git://localhost/x", "-x", "relative/path"])
def test_an_address_that_is_not_allowed_is_refused(address: str, mirrors_of: Mirroring) -> None:
    with pytest.raises(Refused):
        mirrors_of({"frontend": address}).list(APP)


def test_a_folder_that_is_no_repository_is_refused_by_its_address(mirrors_of: Mirroring, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"repository {tmp_path}/nothing cannot be read: there is no repository"):
        mirrors_of({"frontend": tmp_path / "nothing"}).list(APP)


def test_a_host_that_does_not_answer_is_unreachable(mirrors_of: Mirroring) -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        mirrors_of({"frontend": "http://127.0.0.1:9/frontend.git"}).list(APP)


def test_variables_and_settings_of_the_machine_do_not_rule_over_ours(
    make: Make, commit: Committing, *, mirrors_of: Mirroring, tmp_path: Path
) -> None:
    origin = make("frontend")
    head = commit(origin, {"a": "1"})
    settings = tmp_path / "settings"
    settings.write_text(f'[url "ext::sh"]\n\tinsteadOf = {origin.working_dir}\n')
    os.environ.update(
        GIT_CONFIG_GLOBAL=str(settings),
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="url.ext::sh.insteadOf",
        GIT_CONFIG_VALUE_0=str(origin.working_dir),
        GIT_OBJECT_DIRECTORY=str(tmp_path),
        GIT_DIR=str(tmp_path),
        GIT_NAMESPACE="other",
        GIT_ALLOW_PROTOCOL="ext",
    )
    mirrors = mirrors_of({"frontend": origin.working_dir})
    assert mirrors.list(APP).refs == {branch_ref("main"): head}
    assert mirrors.files(APP, head, paths=["a"]) == {"a": b"1"}


def test_a_listing_that_is_cut_off_is_never_half_believed() -> None:
    whole = b"ref: refs/heads/main\tHEAD\n" + b"a" * 40 + b"\tHEAD\n" + b"a" * 40 + b"\trefs/heads/main\n"
    assert set(read_listing(whole, what="it", at=NOW).refs) == {branch_ref("main")}
    with pytest.raises(Unreachable):
        read_listing(whole + b"bbbb", what="it", at=NOW)


def test_objects_named_by_sha_256_are_refused_by_name() -> None:
    with pytest.raises(Refused, match="SHA-256"):
        read_listing(b"a" * 64 + b"\trefs/heads/main\n", what="it", at=NOW)


def test_other_refs_than_branches_and_tags_are_left_out() -> None:
    listing = read_listing(b"a" * 40 + b"\trefs/pull/1/head\n" + b"b" * 40 + b"\trefs/tags/v1\n", what="it", at=NOW)
    assert listing.refs == {tag_ref("v1"): "b" * 40}
