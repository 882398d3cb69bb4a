"""`validate` loads what it needs to look at files, and nothing that talks to the world."""

import subprocess
import sys
from pathlib import Path

FOREIGN = {
    "kubernetes",
    "git",
    "http",
    "socketserver",
    "requests",
    "urllib3",
    "sqlite3",
    "watchfiles",
    "schedule",
    "pydantic",
    "subprocess",
}
OWN = {
    "reconciler.store",
    "reconciler.target",
    "reconciler.git",
    "reconciler.daemon",
    "reconciler.reconcile",
    "reconciler.render",
}
UNUSED = {"reconciler.model.plan", "reconciler.model.windows", "reconciler.spec.settings", "reconciler.plan.library"}

PROGRAM = """
import sys
from reconciler.cli.main import call
code = call(["validate"])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def test_validate_loads_neither_clusters_nor_git_nor_servers_nor_databases(tmp_path: Path) -> None:
    (tmp_path / ".release.yaml").write_text("application_template: template.yaml\n")
    (tmp_path / "template.yaml").write_text("services:\n- {name: web, image: nginx:1.27}\n")
    run = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(run.stderr.split())
    assert loaded & (FOREIGN | OWN | UNUSED) == set()
