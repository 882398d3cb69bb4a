"""`scripts/controlplane`: builds a real control plane, starts one for a person, and stops it."""

import os
import sys
from pathlib import Path
from typing import Final

from tests.controlplane.binaries import KUBERNETES, cache_folder, missing
from tests.controlplane.build import build
from tests.controlplane.plane import NotStarted, Plane
from tests.controlplane.share import running, start, stop

_USAGE: Final = "usage: scripts/controlplane build | start | stop"
_STARTED: Final = """Kubernetes {version} runs at {server}, with one node that is played.
`scripts/controlplane stop` ends it; nothing of it is kept.

    export KUBECONFIG={kubeconfig}
    kubectl get nodes
    kubectl --context reconciler auth can-i --list      # also: other, nobody

{audit} tells every request with its user.
"""


def main(arguments: list[str]) -> int:
    """One command; its exit code."""
    root = cache_folder(os.environ) / "running"
    match arguments:
        case ["build"]:
            return build(os.environ)
        case ["start"]:
            return _start(root)
        case ["stop"]:
            sys.stdout.write("stopped\n" if stop(root) else "none was running\n")
            return 0
    sys.stderr.write(f"{_USAGE}\n")
    return 2


def _start(root: Path) -> int:
    if lack := missing(os.environ):
        sys.stderr.write(f"scripts/controlplane: {lack}\n")
        return 1
    try:
        plane = running(root) or start(root, os.environ, forever=True)
    except NotStarted as error:
        sys.stderr.write(f"scripts/controlplane: the control plane does not come up: {error}\n")
        return 1
    sys.stdout.write(_told(plane))
    return 0


def _told(plane: Plane) -> str:
    return _STARTED.format(version=KUBERNETES, server=plane.server, kubeconfig=plane.kubeconfig, audit=plane.audit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
