"""Which folders of a local repository tell of its refs, and what a changed path in them means."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TELLING: Final = ("HEAD", "packed-refs")


def git_folder(repository: Path) -> Path | None:
    """The folder with `HEAD` and `refs` of a repository, bare or with `.git`; a work tree's is that of its main repository.

    `None` where there is none (gitrepository-layout(5)).
    """
    inner = repository / ".git"
    folder = _pointed(inner) if inner.is_file() else inner if inner.is_dir() else repository
    common = folder / "commondir"
    if common.is_file():
        folder /= _first_line(common)
    return folder.resolve() if (folder / "HEAD").is_file() else None


def ref_folders(git: Path) -> Iterator[Path]:
    """The folder itself, `refs` with every folder below, and `reftable` where refs are kept there."""
    yield git
    refs = git / "refs"
    if refs.is_dir():
        yield refs
        yield from (path for path in sorted(refs.rglob("*")) if path.is_dir())
    if (git / "reftable").is_dir():
        yield git / "reftable"


def tells(git: Path, path: Path) -> bool:
    """Whether a change of that path below the git folder may be a change of refs; locks and objects are not."""
    parts = path.relative_to(git).parts
    if not parts or path.suffix == ".lock":
        return False
    return parts[0] in {"refs", "reftable"} or (len(parts) == 1 and parts[0] in _TELLING)


def ref_named(git: Path, path: Path) -> str | None:
    """`main` for `refs/heads/main`, `refs/tags/v1` as it is, `None` where the path names no single ref."""
    name = path.relative_to(git).as_posix()
    if not name.startswith("refs/") or path.is_dir():
        return None
    return name.removeprefix("refs/heads/")


def _pointed(file: Path) -> Path:
    """What `gitdir: …` in a `.git` file of a work tree or submodule points to."""
    return file.parent / _first_line(file).removeprefix("gitdir:").strip()


def _first_line(file: Path) -> str:
    return file.read_text("utf-8", "surrogateescape").partition("\n")[0].strip()
