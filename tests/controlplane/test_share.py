"""One control plane serves many processes and ends with the last of them; building one says when it cannot."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.controlplane.binaries import PROGRAMS, find, missing
from tests.controlplane.build import UNREACHABLE, build
from tests.controlplane.fixtures import ENVIRON
from tests.controlplane.plane import Plane
from tests.controlplane.share import held, keeper, running

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = """
import sys, time, os
from pathlib import Path
from tests.controlplane.share import held
with held(Path(sys.argv[1]), dict(os.environ)) as plane:
    print(plane.server, flush=True)
    time.sleep(60)
"""


def _holder(root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(root)]
    return subprocess.Popen(command, cwd=ROOT, env=dict(ENVIRON), stdout=subprocess.PIPE, text=True)


def _server(holder: subprocess.Popen[str]) -> str:
    assert holder.stdout is not None
    return holder.stdout.readline().strip()


@pytest.mark.slow
def test_holders_share_one_control_plane_and_it_ends_with_the_last_even_when_killed(plane: Plane, tmp_path: Path) -> None:
    assert missing(ENVIRON) is None
    root = tmp_path / "shared"
    first, second = _holder(root), _holder(root)
    try:
        with held(root, ENVIRON) as third:
            assert {_server(first), _server(second)} == {third.server} != {plane.server}
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert third.client().ask("GET", "/readyz").status == 200
        assert running(root) is not None
    finally:
        for holder in (first, second):
            holder.kill()
            holder.communicate()
    end = time.monotonic() + 10
    while keeper(root) is not None and time.monotonic() < end:
        time.sleep(0.05)
    assert keeper(root) is None
    assert not Path(third.folder).exists()


def test_a_build_without_the_module_proxy_says_so_with_a_code_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if shutil.which("go") is None:
        pytest.skip("Go is not installed, and this test may not ask a package index for it")
    environ = {**ENVIRON, "XDG_CACHE_HOME": str(tmp_path), "GOPROXY": "off", "GOMODCACHE": str(tmp_path / "modules")}
    environ.pop("KUBEBUILDER_ASSETS", None)
    assert build(environ) == UNREACHABLE
    assert "etcd cannot be built, because a package server is out of reach" in capfd.readouterr().err
    assert "out of reach" in (missing(environ) or "")


def test_programs_are_taken_from_kubebuilder_assets_first(tmp_path: Path) -> None:
    program = tmp_path / "etcd"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    environ = {"KUBEBUILDER_ASSETS": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    assert find("etcd", environ) == program
    names = ", ".join(program.name for program in PROGRAMS if program.name != "etcd")
    assert (missing(environ) or "").startswith(names)
    assert build({**os.environ, "KUBEBUILDER_ASSETS": _all_programs(tmp_path / "all")}) == 0


def _all_programs(folder: Path) -> str:
    folder.mkdir()
    for program in PROGRAMS:
        (folder / program.name).touch(mode=0o755)
    return str(folder)
