"""The first apply of 100 environments and a pass with nothing to do, beside `kubectl apply --server-side` and a bare loop."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from urllib3 import PoolManager

from benchmarks.measure import scratch
from benchmarks.passes import branches, git
from reconciler.cli.wire import hands
from reconciler.model.objects import Manifest, key_of
from reconciler.reconcile.passes import Passes, PassOutcome
from reconciler.target.kubernetes import asking
from tests.controlplane.audit import Audit
from tests.controlplane.plane import Plane, kubeconfig_text
from tests.controlplane.share import held

ENVIRONMENTS = 100
WORKERS = 4
USER = "reconciler"
CONFIG = """\
version: 1
installation: bench
store: sqlite:state.db
mirrors: mirrors
allow_local: true
targets:
  dev:
    kubernetes: {kubeconfig: kubeconfig, context: reconciler}
applications:
  shop:
    repository: shop
    target: dev
    domain: preview.example.com
    image: "registry.example.com/{name}:{commit}"
    environments:
    - {branches: ["feature/**"], type: ephemeral}
"""
TEMPLATE = """\
app: shop
auto_deploy: true
hostnames:
- web: web-${env_id}.${domain}
environment_templates:
- name: ephemeral
resources:
  cpu: {requests: 100m}
  memory: {limits: 256Mi, requests: 128Mi}
  replicas: 1
services:
- name: web
  image: acme/shop/web
  ports:
  - {type: node_port, target_port: '8080', port: '80'}
"""
RELEASE = "application_template: .release/application_template.yaml\n"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one piece of work took: seconds, requests that read, and requests that can change something."""

    seconds: float
    reads: int
    writes: int


@contextmanager
def fresh(root: Path, name: str) -> Iterator[Plane]:
    """A control plane of its own for each contender, so that no controller is busy with what another has made."""
    with held(root / f"plane-{name}", os.environ) as plane:
        (root / "kubeconfig").write_text(kubeconfig_text(plane, user=USER))
        time.sleep(2)
        yield plane


def timed(plane: Plane, work: Callable[[], object]) -> Taken:
    """Do it, and count what was asked of the server meanwhile."""
    audit = Audit(plane.audit)
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    asked = audit.asked(USER)
    writes = sum(request.writes for request in asked)
    return Taken(seconds, len(asked) - writes, writes)


def repository(root: Path) -> None:
    """One application with a branch for each environment, and the config that names it."""
    path = root / "shop"
    (path / ".release").mkdir(parents=True)
    (path / ".release.yaml").write_text(RELEASE)
    (path / ".release" / "application_template.yaml").write_text(TEMPLATE)
    git(path, "init", "--quiet", "--initial-branch=main")
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "--message", "Begin")
    branches(path, ENVIRONMENTS)
    (root / "config.yaml").write_text(CONFIG)


def one_pass(passes: Passes, workers: int, outcome: PassOutcome) -> list[Manifest]:
    """A pass over every environment, which must come to this; the objects that are wanted, in the order they are applied."""
    with ThreadPoolExecutor(workers) as pool:
        reports = list(pool.map(lambda key: passes.over(key, "benchmark"), passes.look("benchmark")))
    passes.finish("benchmark")
    wrong = [report.detail for report in reports if report.outcome is not outcome]
    if wrong or len(reports) != ENVIRONMENTS:
        sys.exit(f"{len(reports)} environments, of which {len(wrong)} are not {outcome}: {wrong[:1]}")
    plans = [report.plan for report in reports if report.plan is not None]
    return [change.desired.manifest for plan in plans for change in plan.changes if change.desired is not None]


def ours(root: Path, workers: int) -> tuple[list[Manifest], Taken, Taken]:
    """The objects, the first apply, and a pass by a new process with nothing to do."""
    for path in root.glob("state.db*"):
        path.unlink()
    objects: list[Manifest] = []
    with fresh(root, f"ours-{workers}") as plane:
        with hands(root / "config.yaml") as passes:
            first = timed(plane, lambda: objects.extend(one_pass(passes, workers, PassOutcome.DONE)))
        with hands(root / "config.yaml") as passes:
            again = timed(plane, lambda: one_pass(passes, workers, PassOutcome.NOTHING))
    return objects, first, again


def bare(root: Path, objects: Sequence[Manifest], workers: int) -> tuple[Taken, Taken]:
    """The same bytes over kept connections, one after another within an environment, and nothing else."""
    spaces: dict[str, list[tuple[str, bytes]]] = {}
    for manifest in objects:
        key = key_of(manifest)
        body = json.dumps(manifest, separators=(",", ":")).encode()
        spaces.setdefault(str(key.namespace) or key.name, []).append((asking.apply(manifest).url, body))
    with fresh(root, f"bare-{workers}") as plane:
        pool = PoolManager(maxsize=workers, ca_certs=str(plane.authority.certificate))
        headers = {"Authorization": f"Bearer {plane.tokens[USER]}", "Content-Type": "application/apply-patch+yaml"}

        def send(requests: Sequence[tuple[str, bytes]]) -> None:
            for url, body in requests:
                answer = pool.request("PATCH", f"{plane.server}{url}", body=body, headers=headers)
                if answer.status >= 300:
                    sys.exit(f"{url}: {answer.data!r}")

        def all_of_them() -> None:
            with ThreadPoolExecutor(workers) as threads:
                list(threads.map(send, spaces.values()))

        return timed(plane, all_of_them), timed(plane, all_of_them)


def kubectl(root: Path, objects: Sequence[Manifest]) -> tuple[Taken, Taken]:
    """The same objects in one file."""
    (root / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))
    command = ["kubectl", "apply", "--server-side", "--filename", str(root / "all.json"), "--cache-dir", str(root / "cache")]
    with fresh(root, "kubectl") as plane:

        def work() -> None:
            subprocess.run([*command, "--kubeconfig", str(root / "kubeconfig")], check=True, capture_output=True)

        return timed(plane, work), timed(plane, work)


def row(what: str, taken: Taken, beside: float) -> None:
    """One line, with the ratio to the bare loop of as many workers."""
    print(f"{what:<44} {taken.seconds:>7.2f} s {taken.seconds / beside:>6.2f} × {taken.reads:>6} reads {taken.writes:>6} writes")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        root = Path(folder)
        repository(root)
        for workers in (1, WORKERS):
            objects, *passes = ours(root, workers)
            bares = bare(root, objects, workers)
            others = kubectl(root, objects) if workers == 1 else ()
            print(f"{len(objects)} objects in {ENVIRONMENTS} environments, workers: {workers}")
            for name, both in (("bare loop", bares), ("reconciler", passes), ("kubectl apply --server-side", others)):
                for when, taken, beside in zip(("first", "again"), both, bares, strict=False):
                    row(f"  {name}, {when}", taken, beside.seconds)


if __name__ == "__main__":
    main()
