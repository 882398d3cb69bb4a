"""`reconciler demo`: three small repositories, reconciled, changed, and reconciled again."""

import contextlib
import shutil
import tempfile
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import click

from reconciler.cli import output
from reconciler.cli.demo_story import build_repositories, change_backend
from reconciler.cli.failures import Exit
from reconciler.model.errors import InTheWay


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False, metavar="[DIR]")
@click.pass_context
def command(context: click.Context, folder: Path | None) -> int:
    """Show the whole way through on three small repositories in DIR (default: a new temporary folder).

    Makes the repositories, a config.yaml and a directory of manifests; reconciles; commits a change to a branch; reconciles
    again. No network, no cluster. What it makes is left there to play with.
    """
    root = folder or Path(tempfile.mkdtemp(prefix="reconciler-demo-"))
    if root.exists() and any(root.iterdir()):
        raise InTheWay(f"{root} is not empty", "name a folder that is new")
    root = root.absolute()
    root.mkdir(parents=True, exist_ok=True)
    with as_file(files("reconciler.cli") / "demo_files") as source:
        build_repositories(source, root / "repositories")
        shutil.copyfile(source / "config.yaml", root / "config.yaml")
    with contextlib.chdir(root):
        return _tell(context, root)


def _tell(context: click.Context, root: Path) -> int:
    story = _Story(context)
    output.lines([f"Three repositories and a config.yaml are in {root}:", *_tree(Path()), "", f"$ cd {root}"])
    story.tell("Which applications come along, at which branch, by which rule:", ["imports", "show"])
    story.tell("Make it so:", ["sync"])
    output.lines(["", "What was written:", *_tree(Path("deployed"))])
    output.lines(
        ["", "Somebody pushes a change to the branch feature/login of the backend:", *change_backend(root / "repositories")]
    )
    story.tell("What would it change?", ["plan", "frontend/feature/login"])
    story.tell("Make it so, and once more:", ["sync"])
    story.tell("", ["sync"])
    output.lines(["", *_NEXT])
    return Exit.PROBLEM if story.failed else Exit.DONE


_NEXT = (
    "Now it is yours: go there and try `reconciler status`, `reconciler explain frontend/feature/login`,",
    "edit or delete a file in deployed/ and sync again, or commit to one of the repositories.",
)


class _Story:
    """Runs commands as a person would type them, each shown before its answer."""

    def __init__(self, context: click.Context) -> None:
        self._group = context.find_root().command
        self.failed = False

    def tell(self, why: str, arguments: Sequence[str]) -> None:
        """Say why, show the command, run it."""
        output.lines(["", *([why] if why else []), f"$ reconciler {' '.join(arguments)}"])
        result = self._group.main(list(arguments), prog_name="reconciler", standalone_mode=False)
        self.failed = self.failed or result not in {None, 0}


def _tree(root: Path) -> list[str]:
    """The files below a folder, without what git keeps and the cache of mirrors."""
    hidden = {".git", "mirrors"}
    found = sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [f"  {path}" for path in found if not hidden & set(path.parts)]
