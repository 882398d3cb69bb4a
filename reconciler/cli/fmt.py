"""`reconciler fmt`: old names of keys become the new ones, in place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reconciler.cli import output
from reconciler.cli.failures import Exit
from reconciler.cli.folder import Folder
from reconciler.cli.options import output_option
from reconciler.model.errors import Missing
from reconciler.model.place import Origin
from reconciler.model.problem import errors_of
from reconciler.plan.problem_document import VERSION, problem_of
from reconciler.spec.node import MappingNode
from reconciler.spec.reader import read
from reconciler.spec.release_file import PATH, read_release_file
from reconciler.spec.renames import Renamed, rename_keys
from reconciler.spec.schema import Format

_TELLING = {
    Format.RELEASE: {"application_template", "environment_variables", "default_app_template", "default_env_variables"},
    Format.VARIABLES: {"defaults", "envs", "mapping", "gitops"},
}


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a folder, before and after."""

    folder: Folder
    path: str
    renamed: Renamed


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where something would change.")
@output_option
def command(paths: tuple[Path, ...], *, check: bool, form: str) -> int:
    """Migrate files to the present names of keys: of the repository here, of those named, or of single files.

    default_app_template becomes application_template, default_env_variables becomes environment_variables, envs becomes
    defaults; mode, which has no effect any more, goes. Only these names change: comments, quotes, blanks and the order of
    keys stay byte for byte. A file with an old name beside its new one is left as it is.

    \b
    reconciler fmt
    reconciler fmt --check ../frontend ../backend
    """
    files = [file for path in paths or (Path(),) for file in _files(path)]
    for file in files:
        if file.renamed.edits and not check:
            file.folder.write({file.path: file.renamed.content}, replace=True)
    if form == "json":
        output.document(_document(files, check=check))
    else:
        _tell(files, check=check)
    wrong = any(file.renamed.problems for file in files)
    return Exit.PROBLEM if wrong or (check and any(file.renamed.edits for file in files)) else Exit.DONE


def _files(path: Path) -> Iterator[_File]:
    """The files of a path. Raises `Missing` where there is nothing, or no repository."""
    if path.is_dir() or path.name == PATH:
        yield from _repository(Folder(path if path.is_dir() else path.parent))
        return
    folder = Folder(path.parent)
    source = folder.read(path.name)
    if source is None:
        raise Missing(f"{path} is no file that can be read", "name a repository's folder, or a file")
    yield _file(folder, path.name, source=source, kind=_format_of(source, Origin(str(path))))


def _repository(folder: Folder) -> Iterator[_File]:
    source = folder.read(PATH)
    if source is None:
        raise Missing(f"{folder.root} holds no {PATH}", "run it in a repository, or name one")
    pointer = _file(folder, PATH, source=source, kind=Format.RELEASE)
    yield pointer
    named, problems = read_release_file(pointer.renamed.content, folder.origin(PATH))
    if named is None or errors_of(problems):
        return
    for path, kind in ((named.application_template, Format.TEMPLATE), (named.environment_variables, Format.VARIABLES)):
        content = folder.read(path) if path else None
        if path and content is not None:
            yield _file(folder, path, source=content, kind=kind)


def _file(folder: Folder, path: str, *, source: bytes, kind: Format) -> _File:
    return _File(folder, path, rename_keys(source, folder.origin(path), format=kind))


def _format_of(source: bytes, origin: Origin) -> Format:
    """What a single file is, by its keys."""
    root = read(source, origin).root
    keys = set(root.members) if isinstance(root, MappingNode) else set()
    return next((kind for kind, telling in _TELLING.items() if keys & telling), Format.TEMPLATE)


def _document(files: list[_File], *, check: bool) -> dict[str, Any]:
    return {
        "version": VERSION,
        "written": not check and any(file.renamed.edits for file in files),
        "files": [
            {
                "file": str(file.folder.origin(file.path)),
                "edits": [
                    {"line": edit.place.line, "column": edit.place.column, "old": edit.old, "new": edit.new}
                    for edit in file.renamed.edits
                ],
            }
            for file in files
            if file.renamed.edits
        ],
        "problems": [problem_of(problem) for file in files for problem in file.renamed.problems],
    }


def _tell(files: list[_File], *, check: bool) -> None:
    for file in files:
        output.lines(f"{edit.place}: {edit}" for edit in file.renamed.edits)
        output.problems(file.renamed.problems)
    changed = sum(bool(file.renamed.edits) for file in files)
    would = "would change" if check else "changed"
    output.say(f"{changed} file{'' if changed == 1 else 's'} {would}" if changed else "nothing to change")
