"""The demo's repositories: what they hold, and the change that is pushed to one of them."""

from collections.abc import Mapping
from pathlib import Path

from reconciler.git.author import Author

_BRANCHES = {"frontend": ["feature/login"], "backend": ["feature/login"], "notifier": ["stable"]}
_TEMPLATE = ".release/application_template.yaml"


def build_repositories(source: Path, folder: Path) -> None:
    """Make each repository with one commit on main and its other branches at the same commit."""
    for name, branches in _BRANCHES.items():
        author = Author(folder / name)
        author.commit("main", _files(source / name), message=f"Begin {name}")
        for branch in branches:
            author.branch(branch, start="main")


def change_backend(folder: Path) -> list[str]:
    """Commit a second api replica to the backend's branch feature/login; the lines that changed, for showing."""
    repository = folder / "backend"
    before = (repository / _TEMPLATE).read_text()
    after = before.replace("  depends_on: [db]\n", "  depends_on: [db]\n  replicas: 2\n")
    Author(repository).commit("feature/login", {_TEMPLATE: after.encode()}, message="Run two copies of the api")
    return [f"  {_TEMPLATE}", "  + replicas: 2"]


def _files(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
