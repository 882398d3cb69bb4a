"""`validate` over many repositories: several processes say what one says, in its order, and none is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from reconciler.cli.checks import checked, checked_here
from reconciler.cli.many import shared
from reconciler.cli.subjects import Checked, Request, joined

TEMPLATE = """\
environment_templates: [{{name: ephemeral}}, {{name: permanent}}]
services:
- name: web-{number}
  image: nginx:1.{number}
  {key}: 2
"""
MANY = 120
SLEEPING = """
import os, sys, time
from pathlib import Path
from reconciler.cli.failures import guarded
from reconciler.cli.many import shared
from reconciler.cli.subjects import Checked, Request

def check(request):
    if os.getpid() != parent:
        (folder / str(os.getpid())).touch()
        time.sleep(600)
    return Checked((), {})

parent, folder = os.getpid(), Path(sys.argv[1])
sys.exit(guarded(lambda: shared(Request(paths=tuple(Path(str(number)) for number in range(100))), check)))
"""


def town(root: Path) -> tuple[Path, ...]:
    """Many repositories, no two alike; every fifth has a misspelt key, every seventh no template."""
    folders = tuple(root / f"repository-{number}" for number in range(MANY))
    for number, folder in enumerate(folders):
        folder.mkdir()
        (folder / ".release.yaml").write_text("application_template: template.yaml\n")
        if number % 7:
            key = "replicas" if number % 5 else "replcas"
            (folder / "template.yaml").write_text(TEMPLATE.format(number=number, key=key))
    return folders


def alive(process: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_many_repositories_in_one_run_are_told_what_each_is_told_alone_in_the_same_order(tmp_path: Path) -> None:
    folders = town(tmp_path)
    together = checked(Request(paths=folders))
    one_by_one = joined(checked_here(Request(paths=(folder,))) for folder in folders)
    assert [problem.code for problem in together.problems].count("R101") == 20
    assert together == one_by_one
    assert list(together.sources) == list(one_by_one.sources)


def test_what_a_process_owes_that_was_killed_is_checked_by_another(tmp_path: Path) -> None:
    request, here = Request(paths=town(tmp_path)), os.getpid()

    def check(part: Request) -> Checked:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return checked_here(part)

    assert shared(request, check) == checked_here(request)


def test_an_interrupt_ends_all_processes_at_once(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", SLEEPING, tmp_path], stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not list(tmp_path.iterdir()) and run.poll() is None:
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (130, "interrupted\n")
    assert not any(alive(int(worker.name)) for worker in tmp_path.iterdir())
