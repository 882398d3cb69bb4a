"""Writes small repositories of our own, as a person would with git; for the demo, never for what is reconciled."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reconciler.git.process import Access, run
from reconciler.model.errors import Refused

_SECONDS: Final = 30.0
_MOMENT: Final = "2026-01-05T09:00:00Z"
_SIGNED: Final = Access(
    settings=("user.name=Ada", "user.email=ada@example.com", "commit.gpgSign=false"),
    environment={"GIT_AUTHOR_DATE": _MOMENT, "GIT_COMMITTER_DATE": _MOMENT},
)


class Author:
    """Commits to one repository with a work tree; the same files give the same commits, whenever and wherever."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._repository = folder / ".git"
        if not self._repository.exists():
            folder.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--initial-branch=main")

    def commit(self, branch: str, files: Mapping[str, bytes], *, message: str) -> None:
        """Write files on a branch that is there, or the first one, and commit them."""
        if self._git("branch", "--show-current") != branch:
            self._git("checkout", "--quiet", branch)
        for name, content in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", message)

    def branch(self, name: str, *, start: str) -> None:
        """A new branch at the head of another one."""
        self._git("branch", name, start)

    def _git(self, *arguments: str) -> str:
        finished = run(arguments, repository=self._repository, deadline=_SECONDS, access=_SIGNED)
        if not finished.good:
            raise Refused(f"git {arguments[0]} failed in {self._folder}: {finished.complaint.strip()}")
        return finished.output.decode("utf-8", "replace").strip()
