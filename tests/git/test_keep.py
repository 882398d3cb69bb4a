"""Commits that an environment needs are kept by refs of our own, exactly those and no others."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from git import Repo

from reconciler.git.mirrors import Mirrors
from reconciler.model.errors import Missing
from reconciler.model.ids import AppName, Commit, EnvId

Committing = Callable[[Repo, Mapping[str, str | bytes]], Commit]
Refs = Callable[[], dict[str, str]]
FRONT, BACK = AppName("frontend"), AppName("backend")
ONE, TWO = EnvId("taaaaaaa"), EnvId("tbbbbbbb")


@pytest.fixture
def origins(make: Callable[[str], Repo], commit: Committing) -> dict[AppName, Repo]:
    """Two repositories with a commit each."""
    made = {FRONT: make("frontend"), BACK: make("backend")}
    for repository in made.values():
        commit(repository, {"a": "1"})
    return made


@pytest.fixture
def mirrors(origins: Mapping[AppName, Repo], mirrors_of: Callable[..., Mirrors]) -> Mirrors:
    """Mirrors of both, listed."""
    mirrors = mirrors_of({name: repository.working_dir for name, repository in origins.items()})
    for name in origins:
        mirrors.list(name)
    return mirrors


@pytest.fixture
def kept(tmp_path: Path) -> Refs:
    """The refs that keep, of all mirrors."""

    def read() -> dict[str, str]:
        lines: list[str] = []
        for folder in (tmp_path / "mirrors").glob("*.git"):
            with Repo(folder) as mirror:
                command = ["git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/reconciler"]
                lines += mirror.git.execute(command).splitlines()
        names = {line[:40]: line[41:].removeprefix("refs/reconciler/keep/") for line in lines}
        assert all(name.endswith(f"+{commit}") for commit, name in names.items())
        return {line[41:].removeprefix("refs/reconciler/keep/").partition("+")[0]: line[:40] for line in lines}

    return read


def head(repository: Repo) -> Commit:
    """What is checked out."""
    return Commit(repository.head.commit.hexsha)


def test_exactly_the_commits_of_the_newest_call_are_kept(
    origins: Mapping[AppName, Repo], mirrors: Mirrors, *, kept: Refs, commit: Committing
) -> None:
    front, back = head(origins[FRONT]), head(origins[BACK])
    mirrors.keep(ONE, {FRONT: front, BACK: back})
    mirrors.keep(TWO, {FRONT: front})
    assert kept() == {f"{ONE}/frontend": front, f"{ONE}/backend": back, f"{TWO}/frontend": front}
    newer = commit(origins[FRONT], {"a": "2"})
    mirrors.begin()
    mirrors.list(FRONT)
    mirrors.keep(ONE, {FRONT: newer})
    assert kept() == {f"{ONE}/frontend": newer, f"{TWO}/frontend": front}
    mirrors.keep(ONE, {})
    assert kept() == {f"{TWO}/frontend": front}


def test_keeping_the_same_again_starts_no_process(
    origins: Mapping[AppName, Repo], mirrors: Mirrors, *, git_calls: Callable[[], list[str]]
) -> None:
    commits = {name: head(repository) for name, repository in origins.items()}
    mirrors.keep(ONE, commits)
    before = len(git_calls())
    for _ in range(10):
        mirrors.keep(ONE, commits)
    assert len(git_calls()) == before


def test_what_another_process_kept_is_seen_at_the_next_pass(
    origins: Mapping[AppName, Repo], mirrors: Mirrors, *, kept: Refs, mirrors_of: Callable[..., Mirrors]
) -> None:
    mirrors.keep(ONE, {FRONT: head(origins[FRONT])})
    other = mirrors_of({name: repository.working_dir for name, repository in origins.items()})
    other.keep(ONE, {})
    mirrors.begin()
    mirrors.keep(ONE, {FRONT: head(origins[FRONT])})
    assert set(kept()) == {f"{ONE}/frontend"}


def test_a_commit_that_is_not_there_is_missing_and_changes_nothing(
    origins: Mapping[AppName, Repo], mirrors: Mirrors, *, kept: Refs
) -> None:
    mirrors.keep(ONE, {FRONT: head(origins[FRONT])})
    before = kept()
    with pytest.raises(Missing):
        mirrors.keep(ONE, {FRONT: Commit("0" * 40)})
    assert kept() == before


def test_a_kept_commit_outlives_its_branch_and_a_collection_of_garbage(
    origins: Mapping[AppName, Repo], mirrors: Mirrors, *, commit: Committing, tmp_path: Path
) -> None:
    origin = origins[FRONT]
    kept = head(origin)
    mirrors.keep(ONE, {FRONT: kept})
    origin.git.execute(["git", "checkout", "--quiet", "--orphan", "other"])
    commit(origin, {"b": "1"})
    origin.git.execute(["git", "branch", "-D", "main"])
    _fetch_and_sweep(mirrors, tmp_path)
    assert mirrors.files(FRONT, kept, paths=["a"]) == {"a": b"1"}


def test_others_are_kept_as_long_as_they_are_there(
    origins: Mapping[AppName, Repo], mirrors: Mirrors, *, commit: Committing, tmp_path: Path
) -> None:
    origin = origins[FRONT]
    older = head(origin)
    origin.git.execute(["git", "checkout", "--quiet", "--orphan", "other"])
    newer = commit(origin, {"b": "1"})
    mirrors.begin()
    mirrors.list(FRONT)
    mirrors.keep(ONE, {FRONT: newer}, also={FRONT: [older, Commit("0" * 40)], AppName("nobody"): [older]})
    origin.git.execute(["git", "branch", "-D", "main"])
    _fetch_and_sweep(mirrors, tmp_path)
    assert mirrors.files(FRONT, older, paths=["a"]) == {"a": b"1"}


def _fetch_and_sweep(mirrors: Mirrors, tmp_path: Path) -> None:
    """See the origin's branches as they are now, and lose every commit that nothing keeps."""
    mirrors.begin()
    mirrors.list(FRONT)
    mirrors.close()
    for folder in (tmp_path / "mirrors").glob("*.git"):
        with Repo(folder) as mirror:
            mirror.git.execute(["git", "gc", "--quiet", "--prune=now"])
