"""Kill a sync anywhere: the next one ends where an undisturbed one would have, and runs no job twice."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

LOGIN = "frontend/feature/login"
Prepare = Callable[["Village"], list[str]]


class Killer:
    """Runs commands in processes that die before their n-th write."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests, self._answers = requests, answers

    def run(self, chosen: int, *arguments: str) -> int:
        """The exit code; `-SIGKILL` where the process had as many writes."""
        print(json.dumps([chosen, *arguments]), file=self._requests, flush=True)
        return int(self._answers.readline())


@contextmanager
def killing() -> Iterator[Killer]:
    """The killer's process, which has everything imported."""
    command = [sys.executable, str(Path(__file__).with_name("killer.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Killer(process.stdin, process.stdout)
        process.stdin.close()


def birth(village: "Village") -> list[str]:
    """Nothing is there; two environments are born."""
    del village
    return ["sync"]


def push(village: "Village") -> list[str]:
    """Both environments are there; one gets another database, another variable and so another run of its job."""
    village.run("sync")
    template = village.repository("backend").path / ".release/application_template.yaml"
    text = template.read_text().replace("postgres:17", "postgres:18").replace("[bin/migrate]", "[bin/migrate, up]")
    village.repository("backend").commit({".release/application_template.yaml": text}, branch="feature/login")
    return ["sync"]


def prune(village: "Village") -> list[str]:
    """An application is imported no longer; its objects go."""
    village.run("sync")
    template = village.repository("frontend").path / ".release/application_template.yaml"
    text = template.read_text().replace("- name: notifier\n", "")
    village.repository("frontend").commit({".release/application_template.yaml": text}, branch="feature/login")
    return ["sync"]


def teardown(village: "Village") -> list[str]:
    """A person removes an environment."""
    village.run("sync")
    return ["teardown", LOGIN, "--yes"]


def kept(village: "Village") -> dict[str, Any]:
    """What records say of each environment, without numbers and instants of runs."""
    found = {}
    for path in sorted(village.deployed.glob("*/.reconciler/record.json")):
        record = json.loads(path.read_text())["record"]
        jobs = [(job["name"], job["attempt"]) for job in record["jobs"]]
        assert len(jobs) == len(set(jobs)), "a job is recorded twice"
        assert record["open_run"] is None
        found[path.parent.parent.name] = {
            **{name: record[name] for name in ("members", "hosts", "objects", "namespace", "plan_digest")},
            "jobs": sorted(jobs),
        }
    return found


def killed_everywhere(village: "Village", prepare: Prepare, *, stride: int) -> int:
    """Every stride-th moment of the command is its last, and one more command mends it; the number of moments tried."""
    command = [*prepare(village), "--config", str(village.config)]
    before = village.root.with_name("before")
    shutil.copytree(village.root, before, symlinks=True)
    assert village.call(*command).code == 0
    wanted = village.manifests(), kept(village)
    with killing() as killer:
        for moment in range(1, 10_000, stride):
            shutil.rmtree(village.root)
            shutil.copytree(before, village.root, symlinks=True)
            code = killer.run(moment, *command)
            if code != -signal.SIGKILL:
                assert code == 0
                return moment // stride
            mended = village.call(*command)
            said = f"killed before write {moment}: {mended.out}{mended.err}"
            assert mended.code == 0 or "is not born" in said or "is no environment" in said, said
            assert (village.manifests(), kept(village)) == wanted, f"killed before write {moment}"
            assert village.run("sync").out.startswith("nothing to do"), f"killed before write {moment}"
    raise AssertionError("the command never ends")


@pytest.mark.parametrize(("prepare", "stride"), [(birth, 131), (push, 47)])
def test_what_is_killed_at_some_moments_is_finished_by_the_next(village: "Village", prepare: Prepare, stride: int) -> None:
    assert killed_everywhere(village, prepare, stride=stride) > 1


@pytest.mark.slow
@pytest.mark.parametrize("prepare", [birth, push, prune, teardown])
def test_what_is_killed_at_many_moments_is_finished_by_the_next(
    village: "Village", prepare: Prepare, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = killed_everywhere(village, prepare, stride=3)
    with capsys.disabled():
        sys.stdout.write(f"\n{prepare.__name__}: killed at {moments} moments, mended every time\n")
    assert moments > 25


@pytest.mark.slow
def test_a_teardown_that_is_killed_is_finished_by_a_sync(village: "Village") -> None:
    village.run("sync")
    before = village.manifests()
    with killing() as killer:
        moment = 1
        while village.manifests() == before:
            assert killer.run(moment, "teardown", LOGIN, "--yes", "--config", str(village.config)) == -signal.SIGKILL
            moment += 1
    assert village.run("sync").code == 0
    assert len(village.manifests()) == len(before) // 2
    assert village.run("sync").out == "nothing to do in 1 environment\n"
