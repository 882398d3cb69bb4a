"""Passes over 1,000 environments on real git and a directory: the first, one with nothing changed, one with one commit."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import row, scratch
from reconciler.cli.wire import hands
from reconciler.reconcile.passes import Passes

ENVIRONMENTS = 1000
DEMO = Path(__file__).resolve().parent.parent / "reconciler" / "cli" / "demo_files"
CONFIG = """\
version: 1
installation: bench
store: sqlite:state.db
mirrors: mirrors
allow_local: true
targets:
  files: {directory: deployed}
applications:
  frontend:
    repository: repositories/frontend
    target: files
    domain: preview.example.com
    image: "registry.example.com/{repository}/{name}:{commit}"
    environments:
    - {branches: ["feature/**"], type: ephemeral}
  backend: {repository: repositories/backend, target: files, image: "registry.example.com/{repository}/{name}:{commit}"}
  notifier: {repository: repositories/notifier, target: files, image: "registry.example.com/{repository}/{name}:{commit}"}
"""


def git(repository: Path, *arguments: str, feed: str = "") -> str:
    """Run git in a repository."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    command = ["git", "-C", str(repository), *identity, *arguments]
    return subprocess.run(command, input=feed, capture_output=True, check=True, text=True).stdout.strip()


def repository(root: Path, name: str) -> Path:
    """One of the demo's repositories with one commit."""
    path = root / "repositories" / name
    path.mkdir(parents=True)
    subprocess.run(["cp", "-r", f"{DEMO / name}/.", str(path)], check=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "--message", "Begin")
    return path


def branches(path: Path, count: int) -> None:
    """Branches feature/0 …, each at a commit of its own."""
    tree = git(path, "rev-parse", "HEAD^{tree}")
    head = git(path, "rev-parse", "HEAD")
    updates = []
    for number in range(count):
        commit = git(path, "commit-tree", tree, "-p", head, "-m", f"Feature {number}")
        updates.append(f"create refs/heads/feature/{number} {commit}")
    git(path, "update-ref", "--stdin", feed="\n".join(updates) + "\n")


def push_one(path: Path) -> None:
    """A commit on one branch that changes its configuration."""
    git(path, "checkout", "--quiet", "feature/7")
    template = path / ".release/application_template.yaml"
    template.write_text(template.read_text().replace("replicas: 1", "replicas: 2"))
    git(path, "commit", "--quiet", "--all", "--message", "Run two")


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How often files are opened and processes are started while this lasts."""
    counts: Counter[str] = Counter()
    names = {"open": "files opened", "subprocess.Popen": "processes started"}
    active = [True]

    def hook(event: str, _arguments: tuple[object, ...]) -> None:
        if active and event in names:
            counts[names[event]] += 1

    sys.addaudithook(hook)
    yield counts
    active.clear()


def one_pass(passes: Passes) -> Counter[str]:
    """Look, pass over every environment, write the line; how many environments came to what."""
    outcomes = Counter(passes.over(key, "benchmark").outcome.value for key in passes.look("benchmark"))
    passes.finish("benchmark")
    return outcomes


def timed(what: str, work: Callable[[], Counter[str]], *, beside: float | None = None) -> float:
    """Do it, print its line with outcomes and calls, and give its seconds."""
    with counted() as counts:
        began = time.perf_counter()
        outcomes = work()
        taken = time.perf_counter() - began
    print(row(what, taken, beside=beside or taken, per=ENVIRONMENTS), dict(outcomes), dict(counts))
    return taken


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        root = Path(folder)
        frontend = repository(root, "frontend")
        repository(root, "backend")
        git(repository(root, "notifier"), "branch", "stable")
        branches(frontend, ENVIRONMENTS)
        config = root / "config.yaml"
        config.write_text(CONFIG)
        with hands(config) as passes:
            first = timed("the first pass: every environment is born", lambda: one_pass(passes))
        with hands(config) as passes:
            timed("a new process: nothing changed", lambda: one_pass(passes), beside=first)
            nothing = timed("the same process: nothing changed", lambda: one_pass(passes), beside=first)
            push_one(frontend)
            one = timed("the same process: one commit in one of them", lambda: one_pass(passes), beside=first)
            print(f"one commit beside none: {one / nothing:.2f} ×")


if __name__ == "__main__":
    main()
