"""Full disks, stores of tomorrow and a second writer: each is told as such, and the next sync finishes the work."""

import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.wire import hands

if TYPE_CHECKING:
    from tests.conftest import Village

SmallDisk = Callable[[Path, str], None]


def undisturbed(village: "Village") -> dict[str, bytes]:
    """The manifests of the same commits where nothing goes wrong, in a folder beside."""
    text = village.config.read_text()
    beside = text.replace("directory: deployed", "directory: beside").replace("sqlite:state.db", "sqlite:beside.db")
    village.configure(beside)
    assert village.run("sync").code == 0
    village.configure(text)
    folder = village.root / "beside"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


@pytest.mark.parametrize("size", ["8k", "16k", "40k", "64k", "100k"])
def test_a_full_disk_at_the_target_leaves_no_half_file_and_the_next_sync_finishes(
    village: "Village", small_disk: SmallDisk, size: str
) -> None:
    wanted = undisturbed(village)
    small_disk(village.deployed, size)
    answer = village.run("sync")
    assert answer.code == 1
    assert "cannot be written: No space left on device; make room on that disk; nothing is left half written" in answer.out
    assert all(wanted[name] == text for name, text in village.manifests().items())
    small_disk(village.deployed, "10m")
    assert village.run("sync").code == 0
    assert village.manifests() == wanted
    assert village.run("sync").out == "nothing to do in 2 environments\n"


@pytest.mark.parametrize("size", ["8k", "40k", "100k", "180k"])
def test_a_full_disk_of_the_store_is_told_and_the_next_sync_finishes(
    village: "Village", small_disk: SmallDisk, size: str
) -> None:
    wanted = undisturbed(village)
    village.configure(village.config.read_text().replace("sqlite:state.db", "sqlite:small/state.db"))
    small_disk(village.root / "small", size)
    answer = village.run("sync")
    assert answer.code == 1
    assert "cannot be written: database or disk is full; make room on the disk" in answer.out + answer.err
    small_disk(village.root / "small", "10m")
    assert village.run("sync").code == 0
    assert village.manifests() == wanted


def test_a_full_disk_of_the_mirrors_is_told_and_the_next_sync_finishes(village: "Village", small_disk: SmallDisk) -> None:
    wanted = undisturbed(village)
    village.configure(village.config.read_text().replace("mirrors: mirrors", "mirrors: small"))
    small_disk(village.root / "small", "64k")
    answer = village.run("sync")
    assert answer.code == 1
    assert village.manifests() == {}
    small_disk(village.root / "small", "10m")
    assert village.run("sync").code == 0
    assert village.manifests() == wanted


@pytest.mark.parametrize("command", ["sync", "plan", "status", "history"])
def test_a_store_from_a_newer_version_is_refused_and_left_alone(village: "Village", command: str) -> None:
    village.run("sync")
    before = village.files()
    store = village.root / "state.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA user_version = 99")
    written = store.read_bytes()
    answer = village.run(command)
    assert (answer.code, answer.out) == (1, "")
    assert f"store {store} has schema version 99, and this reconciler knows versions up to " in answer.err
    assert "use the newer reconciler that wrote it" in answer.err
    assert village.files() == before
    assert store.read_bytes() == written


def test_a_second_sync_beside_a_writer_is_refused_by_name(village: "Village") -> None:
    program = "import sys; from reconciler.cli.main import call; sys.exit(call())"
    with hands(village.config):
        done = subprocess.run(
            [sys.executable, "-c", program, "sync", "--config", str(village.config)], capture_output=True, text=True, check=False
        )
        assert village.run("plan").code == 0
    assert (done.returncode, done.stdout) == (1, "")
    assert f"store {village.root / 'state.db'} is being written by process " in done.stderr
    assert "wait until it has ended or stop it; commands that only look work meanwhile" in done.stderr
    assert not village.deployed.exists()
    assert village.run("sync").code == 0


def test_of_two_syncs_at_once_one_does_the_work_and_the_other_says_who_has_it(village: "Village") -> None:
    program = "import sys; from reconciler.cli.main import call; sys.exit(call())"
    command = [sys.executable, "-c", program, "sync", "--config", str(village.config)]
    wanted = undisturbed(village)
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate()[1]: process.returncode for process in both}
    assert 0 in said.values(), shlex.join(command)
    assert all(code == 0 or re.search("is being written by (another )?process", words) for words, code in said.items())
    assert village.manifests() == wanted
