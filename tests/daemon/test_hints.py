"""Pushes and changes of the config are heard within two seconds, in real repositories."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from reconciler.daemon.folders import git_folder, ref_folders, tells
from reconciler.daemon.hints import Heard, Hints, Watched
from reconciler.daemon.threads import forever


class Ear:
    """Listens in a thread, and remembers."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.heard: list[tuple[Heard, str]] = []
        self.hints = Hints(lambda: self.watched, lambda what, reason: self.heard.append((what, reason)))

    @contextmanager
    def listening(self, until: Any, stir: Callable[[], None] | None = None) -> Iterator[list[tuple[Heard, str]]]:
        """What is heard during the block, which begins when the watch has heard a first change."""
        stop = Event()
        thread = Thread(target=forever, args=(lambda: self.hints.listen(stop), stop))
        thread.start()
        try:
            until(lambda: [(stir or self._touch)(), self.heard][1])
            self.heard.clear()
            yield self.heard
        finally:
            stop.set()
            thread.join(5)
        assert not thread.is_alive()

    def _touch(self) -> None:
        git = next(iter(filter(None, map(git_folder, self.watched.repositories.values()))), None)
        probe = git / "packed-refs" if git else self.watched.config
        assert probe is not None
        probe.touch()


def reasons(heard: list[tuple[Heard, str]]) -> str:
    return " | ".join(reason for _, reason in heard)


@pytest.fixture
def ear(repository: Path) -> Ear:
    return Ear(Watched({"frontend": repository}))


def test_a_commit_in_a_work_tree_is_heard_with_its_branch(*, ear: Ear, repository: Path, git: Any, until: Any) -> None:
    with ear.listening(until) as heard:
        git(repository, "commit", "-q", "--allow-empty", "-m", "Second")
        until(lambda: (Heard.REFS, "push: frontend main") in heard)


def test_a_push_to_a_bare_repository_is_heard(*, tmp_path: Path, repository: Path, git: Any, until: Any) -> None:
    bare = tmp_path / "frontend.git"
    git(tmp_path, "clone", "-q", "--bare", str(repository), str(bare))
    with Ear(Watched({"frontend": bare})).listening(until) as heard:
        git(repository, "push", "-q", str(bare), "main:release")
        until(lambda: "push: frontend release" in reasons(heard))


def test_a_first_branch_in_a_folder_of_its_own_is_heard_and_so_is_its_next_commit(
    *, ear: Ear, repository: Path, git: Any, until: Any
) -> None:
    with ear.listening(until) as heard:
        git(repository, "switch", "-q", "-c", "feature/login")
        until(lambda: "refs/heads/feature" in reasons(heard))
        heard.clear()

        def committed() -> bool:
            git(repository, "commit", "-q", "--allow-empty", "-m", "More")
            return "push: frontend feature/login" in reasons(heard)

        until(committed)


def test_a_branch_that_is_deleted_is_heard(*, ear: Ear, repository: Path, git: Any, until: Any) -> None:
    git(repository, "branch", "old")
    with ear.listening(until) as heard:
        git(repository, "branch", "-D", "old")
        until(lambda: "push: frontend" in reasons(heard))


def test_objects_and_locks_say_nothing(repository: Path) -> None:
    git = repository / ".git"
    silent = (
        "objects/ab/cd",
        "refs/heads/main.lock",
        "HEAD.lock",
        "index",
        "FETCH_HEAD",
        "logs/HEAD",
        "packed-refs.lock",
        "config",
    )
    assert [name for name in silent if tells(git, git / name)] == []
    assert all(tells(git, git / name) for name in ("HEAD", "packed-refs", "refs/heads/main", "refs/tags/v1", "reftable/x.ref"))
    assert all("objects" not in folder.parts for folder in ref_folders(git))


def test_a_work_tree_is_watched_where_its_refs_are(tmp_path: Path, repository: Path, git: Any) -> None:
    tree = tmp_path / "tree"
    git(repository, "worktree", "add", "-q", "-b", "other", str(tree))
    assert git_folder(tree) == git_folder(repository) == (repository / ".git").resolve()
    assert git_folder(tmp_path) is None


def test_a_repository_that_is_made_anew_under_its_name_is_heard_again(
    *, ear: Ear, repository: Path, git: Any, until: Any
) -> None:
    with ear.listening(until) as heard:
        moved = repository.with_name("moved")
        repository.rename(moved)
        shutil.copytree(moved, repository)
        until(lambda: "folder" in reasons(heard))
        heard.clear()

        def committed() -> bool:
            git(repository, "commit", "-q", "--allow-empty", "-m", "More")
            return "push: frontend main" in reasons(heard)

        until(committed)


def test_a_config_that_is_replaced_again_and_again_is_heard_each_time(tmp_path: Path, until: Any) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("a: 1\n")
    with Ear(Watched({}, config)).listening(until) as heard:
        for number in range(3):
            heard.clear()
            draft = tmp_path / "draft"
            draft.write_text(f"a: {number}\n")
            draft.replace(config)
            until(lambda: (Heard.CONFIG, f"{config} changed") in heard)


def test_a_mounted_config_map_is_heard(tmp_path: Path, until: Any) -> None:
    mount = tmp_path / "mount"
    for version in ("..v1", "..v2", "..v3"):
        (mount / version).mkdir(parents=True)
        (mount / version / "config.yaml").write_text(version)
    (mount / "..data").symlink_to("..v1")
    config = mount / "config.yaml"
    config.symlink_to("..data/config.yaml")

    def swap(version: str = "..v1") -> None:
        (mount / "..tmp").symlink_to(version)
        (mount / "..tmp").replace(mount / "..data")

    with Ear(Watched({}, config)).listening(until, swap) as heard:
        for version in ("..v2", "..v3"):
            heard.clear()
            swap(version)
            until(lambda: (Heard.CONFIG, f"{config} changed") in heard)


def test_other_files_beside_the_config_say_nothing(tmp_path: Path, until: Any) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("")
    with Ear(Watched({}, config)).listening(until) as heard:
        (tmp_path / "other.yaml").write_text("")
        config.write_text("a: 1\n")
        until(lambda: heard)
        assert {what for what, _ in heard} == {Heard.CONFIG}


def test_a_repository_that_is_named_later_is_watched_too(*, ear: Ear, repository: Path, git: Any, until: Any) -> None:
    later = ear.watched
    ear.watched = Watched({"gone": repository.with_name("nowhere")}, repository / "config.yaml")
    (repository / "config.yaml").write_text("")
    with ear.listening(until) as heard:
        ear.watched = later

        def committed() -> bool:
            git(repository, "commit", "-q", "--allow-empty", "-m", "More")
            return "push: frontend main" in reasons(heard)

        until(committed)


def test_where_folders_cannot_be_watched_they_are_looked_through(ear: Ear, repository: Path, until: Any) -> None:
    ear.hints.polling = True
    with ear.listening(until) as heard:
        main = repository / ".git" / "refs" / "heads" / "main"

        def newer() -> bool:
            os.utime(main, (0, main.stat().st_mtime + 60))
            return "push: frontend main" in reasons(heard)

        until(newer)


WITHOUT_WATCHES = """
import logging, sys
from pathlib import Path
from threading import Event
from reconciler.daemon.hints import Hints, Watched
logging.basicConfig(stream=sys.stdout, format="%(message)s")
hints = Hints(lambda: Watched({"frontend": Path(sys.argv[1])}), lambda what, reason: None)
stop = Event()
stop.set()
hints.listen(stop)
print(hints.polling)
hints.listen(stop)
"""


def test_a_system_without_watches_left_is_told_once(repository: Path) -> None:
    """The kernel gives a user namespace limits of its own, so none are taken away from anybody else."""
    shell = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"'
    command = ["unshare", "-Ur", "sh", "-c", shell, "sh", sys.executable, "-c", WITHOUT_WATCHES, str(repository)]
    if shutil.which("unshare") is None or subprocess.run([*command[:5], "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces cannot be made here")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "folders cannot be watched" in done.stdout
    assert done.stdout.count("looked through every second") == 1
    assert done.stdout.splitlines()[-1] == "True"
