"""One control plane for many processes: whoever needs it holds it, and it ends when nobody does, however they ended.

A keeper process starts the control plane and waits for the lock on the file `holders`. Holders have that lock shared, and the
kernel takes it from a process that dies; so the keeper gets it once nobody is left, stops what it started by process id, and
goes. Nothing is counted, so nothing can be miscounted.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from tests.controlplane.binaries import HERE
from tests.controlplane.plane import NotStarted, Plane, Running, plane_of

_ROOT: Final = HERE.parent.parent
_MEMORY: Final = Path("/dev/shm")
_STARTED: Final[list[subprocess.Popen[bytes]]] = []  # keepers outlive whoever started them, and must not be waited for


@contextmanager
def held(root: Path, environ: Mapping[str, str]) -> Iterator[Plane]:
    """The control plane of everybody who names this folder, started where there is none. Raises `NotStarted`."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "holders").open("a") as holders:
        with (root / "starting").open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(holders, fcntl.LOCK_SH)  # waits for a keeper that is stopping what others have left
            plane = running(root) or start(root, environ)
        yield plane


def running(root: Path) -> Plane | None:
    """The control plane of this folder, where its keeper is alive."""
    if not (root / "plane.json").exists() or keeper(root) is None:
        return None
    return plane_of((root / "plane.json").read_text())


def keeper(root: Path) -> int | None:
    """The process id of the folder's keeper, `None` where there is none that lives."""
    if not (root / "keeper").exists():
        return None
    with (root / "keeper").open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or 0) or None
    return None


def start(root: Path, environ: Mapping[str, str], *, forever: bool = False) -> Plane:
    """Start a keeper in a session of its own, and wait until it has the control plane ready. Raises `NotStarted`."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "plane.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.controlplane.share", str(root), *(["forever"] if forever else [])]
    with (root / "keeper.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=_ROOT, env=dict(environ), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    _STARTED.append(process)
    while not (root / "plane.json").exists():
        if process.poll() is not None:
            raise NotStarted((root / "keeper.log").read_text(errors="replace")[-3000:])
        time.sleep(0.02)
    return plane_of((root / "plane.json").read_text())


def stop(root: Path) -> bool:
    """End a keeper that waits for nobody; whether there was one."""
    process = keeper(root)
    if process is None:
        return False
    os.kill(process, signal.SIGTERM)
    while keeper(root) is not None:
        time.sleep(0.02)
    return True


def keep(root: Path, *, forever: bool) -> None:
    """The keeper: a control plane in a scratch folder of its own, in memory where the machine has such."""
    signal.signal(signal.SIGTERM, _end)
    with (root / "keeper").open("w") as alive, (root / "holders").open("a") as holders:
        _name(alive)
        scratch = Path(tempfile.mkdtemp(prefix="controlplane-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None))
        control = Running(scratch, dict(os.environ))
        try:
            _publish(root, control.start())
            if forever:
                signal.pause()
            fcntl.flock(holders, fcntl.LOCK_EX)
        finally:
            (root / "plane.json").unlink(missing_ok=True)
            control.stop()
            shutil.rmtree(scratch, ignore_errors=True)


def _name(alive: IO[str]) -> None:
    fcntl.flock(alive, fcntl.LOCK_EX)
    alive.write(str(os.getpid()))
    alive.flush()


def _publish(root: Path, plane: Plane) -> None:
    part = root / "plane.part"
    part.write_text(plane.text())
    part.chmod(0o600)
    part.rename(root / "plane.json")


def _end(number: int, frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), forever=sys.argv[2:] == ["forever"])
