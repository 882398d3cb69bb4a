"""Commands start fast: they import what they need and nothing that belongs to others."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = {"git", "kubernetes", "urllib3", "http.client", "sqlite3", "watchfiles", "schedule", "asyncio", "ssl", "subprocess"}
PROGRAM = """
import sys
from reconciler.cli.main import call
code = call(sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def imported(*arguments: str) -> set[str]:
    """The modules that a command line has imported when it ends."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "reconciler/cli/demo_files/frontend"],
        ["validate", "--output", "json", "reconciler/cli/demo_files/backend"],
        ["schema", "template"],
        ["--help"],
        ["validate", "--help"],
    ],
    ids=" ".join,
)
def test_checking_files_loads_no_git_no_cluster_and_no_store(arguments: list[str]) -> None:
    assert imported(*arguments) & HEAVY == set()


@pytest.mark.parametrize("command", ["history", "plan"])
def test_a_command_on_the_demo_loads_no_watcher_and_no_ticks(command: str) -> None:
    assert imported(command, "--help") & {"watchfiles", "schedule"} == set()
