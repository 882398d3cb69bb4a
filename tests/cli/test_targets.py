"""Targets are opened by a table: a cluster's client is loaded where a cluster is configured, and nowhere else."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """\
import sys
from pathlib import Path
from reconciler.cli.targets import open_targets
from reconciler.cli.wire import load
open_targets(load(Path(sys.argv[1])))
print("kubernetes" in sys.modules)
"""
DIRECTORY = "version: 1\ntargets:\n  files: {directory: deployed}\n"
CLUSTER = DIRECTORY + "  dev: {kubernetes: {context: dev}}\n"


def _loaded(folder: Path, text: str) -> str:
    config = folder / "config.yaml"
    config.write_text(text)
    return subprocess.run([sys.executable, "-c", PROGRAM, str(config)], capture_output=True, text=True, check=True).stdout.strip()


def test_the_clients_package_is_loaded_for_clusters_alone(tmp_path: Path) -> None:
    assert (_loaded(tmp_path, DIRECTORY), _loaded(tmp_path, CLUSTER)) == ("False", "True")
