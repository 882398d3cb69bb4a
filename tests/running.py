"""`reconciler run` as a process of its own, ready when a test goes on, ended by SIGTERM."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Village

PATIENCE = 60.0


@dataclass(frozen=True)
class Daemon:
    """A daemon that runs, and where its log is written."""

    process: "subprocess.Popen[bytes]"
    path: Path

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self.path.read_text()


@contextmanager
def running(village: "Village", *options: str) -> Iterator[Daemon]:
    """A daemon that has made its first look; at the end it must stop by itself, and say so."""
    path = village.root / f"daemon-{time.monotonic_ns()}.log"
    command = [str(Path(sys.executable).parent / "reconciler"), "run", "--config", str(village.config), *options]
    with path.open("wb") as log:
        process = subprocess.Popen(command, stderr=log, env=dict(os.environ))
    daemon = Daemon(process, path)
    try:
        wait_until(lambda: "(started" in daemon.log or process.poll() is not None)
        yield daemon
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        assert process.returncode == 0, daemon.log
        assert daemon.log.endswith("stopped\n")


def wait_until(true: Callable[[], bool]) -> None:
    """Until something is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
