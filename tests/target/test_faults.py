"""Full disks, forbidden folders, held locks, races and sudden deaths, each by its real cause."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.kinds.manifest import from_yaml
from reconciler.model.errors import Busy, Fenced, InTheWay, NoSpace, Refused
from reconciler.target.directory.atomic import make_folder
from reconciler.target.directory.files import open_root
from reconciler.target.directory.lock import locked

Directories = Callable[..., Any]
LARGE = {"text": "x" * 200_000}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 KiB; only root may mount one."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(path)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting a small file system takes root")
    yield path
    subprocess.run(["umount", str(path)], check=True)


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file of this process may grow beyond 64 KiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def names(folder: Path) -> list[str]:
    """All files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_full_disk_leaves_what_was_there(directory: Directories, build: SimpleNamespace, disk: Path) -> None:
    env, both = build.environment(), directory(path=disk / "deployed")
    record = build.record(env)
    revision = both.writer.save(record, None)
    both.writer.put(build.put(build.manifest(env, "ConfigMap", data={"text": "small"})))
    before = {name: (disk / name).read_bytes() for name in names(disk)}
    with pytest.raises(NoSpace, match=f"{env.namespace}/configmap-api.yaml cannot be written: No space left on device"):
        both.writer.put(build.put(build.manifest(env, "ConfigMap", data=LARGE)))
    with pytest.raises(NoSpace, match=env.namespace):
        both.writer.save(build.record(env, plan_digest="x" * 200_000), revision)
    assert {name: (disk / name).read_bytes() for name in names(disk)} == before
    assert both.writer.save(record, revision)


@pytest.mark.usefixtures("small_files")
def test_a_file_that_may_not_grow_leaves_what_was_there(directory: Directories, build: SimpleNamespace, tmp_path: Path) -> None:
    env, both = build.environment(), directory()
    with pytest.raises(NoSpace, match="File too large"):
        both.writer.put(build.put(build.manifest(env, "ConfigMap", data=LARGE)))
    assert names(tmp_path) == []


def test_a_disk_that_may_not_be_written_is_named(directory: Directories, build: SimpleNamespace, disk: Path) -> None:
    env, both = build.environment(), directory(path=disk / "deployed")
    both.writer.put(build.put(build.manifest(env)))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(NoSpace, match="Read-only file system"):
        both.writer.put(build.put(build.manifest(env, spec={"replicas": 2})))
    with pytest.raises(NoSpace, match="Read-only file system"):
        both.writer.save(build.record(env), None)
    assert len(both.reader.live(env, None).owned()) == 1


def test_a_folder_that_may_not_be_read_is_named(directory: Directories, build: SimpleNamespace, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    env, both = build.environment(), directory()
    both.writer.put(build.put(build.manifest(env)))
    folder = tmp_path / "deployed" / env.namespace
    folder.chmod(0)
    try:
        with pytest.raises(Refused, match=env.namespace):
            both.reader.live(env, None)
    finally:
        folder.chmod(0o755)


def test_a_file_where_the_directory_should_be_is_named(directory: Directories, build: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "deployed").write_text("")
    env, both = build.environment(), directory()
    calls: list[Callable[[], object]] = [both.reader.records, both.writer.make_key, lambda: both.reader.live(env, None)]
    for call in calls:
        with pytest.raises(InTheWay, match="deployed"):
            call()


def test_a_held_lock_is_busy_and_names_its_holder(tmp_path: Path) -> None:
    root = open_root(tmp_path)
    assert root is not None
    with root, make_folder(root, ".reconciler") as own:
        with locked(own), pytest.raises(Busy, match=f"held by process {os.getpid()}"), locked(own, patience=0.05):
            pass
        with locked(own, patience=0):
            pass


def test_of_writers_that_race_exactly_one_wins_each_revision(directory: Directories, build: SimpleNamespace) -> None:
    env, wins = build.environment(), []

    def race() -> None:
        both = directory()
        for _ in range(8):
            kept = both.reader.records().environments.get(env.id)
            try:
                wins.append(both.writer.save(build.record(env), kept.revision if kept else None))
            except Fenced:
                continue

    racers = [threading.Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    kept = directory().reader.records().environments[env.id]
    assert sorted(map(int, wins)) == list(range(1, len(wins) + 1))
    assert int(kept.revision) == len(wins)


WRITES = """
import sys
from pathlib import Path
from reconciler.target.directory.atomic import make_folder, replace_file
from reconciler.target.directory.files import open_root
root = open_root(Path(sys.argv[1]))
with root, make_folder(root, "shop") as folder:
    for number in range(10**9):
        text = "apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: a\\ndata:\\n  k: " + str(number % 10) * 50_000 + "\\n"
        replace_file(folder, "configmap-a.yaml", content=text.encode())
        if number == 0:
            print("begun", flush=True)
"""


def test_a_writer_that_is_killed_leaves_whole_files(tmp_path: Path) -> None:
    for pause in (0.01, 0.03, 0.05):
        writer = subprocess.Popen([sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        path = tmp_path / "shop" / "configmap-a.yaml"
        assert len(set(from_yaml(path.read_text())["data"]["k"])) == 1
        assert [name for name in names(tmp_path) if "/.reconciler/" not in f"/{name}"] == ["shop/configmap-a.yaml"]
