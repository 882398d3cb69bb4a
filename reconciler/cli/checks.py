"""Reads a path of the local disk and checks it as what it is: a repository, a config, a template or a variables file."""

from pathlib import Path

from reconciler.model.errors import Missing, Refused
from reconciler.model.ids import AppName
from reconciler.model.names import as_label
from reconciler.model.place import Origin
from reconciler.model.problem import Problem
from reconciler.plan.check import check_repository, check_template, check_variables_file, no_release_file
from reconciler.plan.library import POINTER_FILE
from reconciler.spec.node import MappingNode
from reconciler.spec.reader import read
from reconciler.spec.settings import read_settings

_LARGEST = 1 << 20
_CONFIG_KEYS = {"targets", "applications", "installation"}
_VARIABLES_KEYS = {"defaults", "mapping", "gitops"}


def check_path(path: Path) -> tuple[Problem, ...]:
    """Every problem of a path. Raises `Missing` where there is nothing."""
    if path.name == POINTER_FILE:
        return _repository(path.parent)
    if path.is_dir():
        return _repository(path)
    source = _bytes(path)
    origin = Origin(str(path))
    keys = _top_level(source, origin)
    if _is_config(path, keys):
        return read_settings(source, origin, folder=path.absolute().parent, home=Path.home())[1]
    if keys & _VARIABLES_KEYS:
        return check_variables_file(source, origin, configurations=[])
    return check_template(source, origin, name=AppName(as_label(path.absolute().parent.name) or "application"))


def _is_config(path: Path, keys: set[str]) -> bool:
    """Told by its keys, and by its name where it has none."""
    return bool(keys & _CONFIG_KEYS and "services" not in keys) or (not keys and path.stem == "config")


def _repository(folder: Path) -> tuple[Problem, ...]:
    pointer = folder / POINTER_FILE
    if not pointer.exists():
        return (no_release_file(str(folder)),)
    root = folder.resolve()

    def one(name: str) -> bytes | None:
        path = folder / name
        if not path.exists():
            return None
        if not path.resolve().is_relative_to(root):
            raise Refused(f"{name} leads out of the repository", "keep the file inside the repository")
        return _bytes(path)

    def origin(name: str) -> Origin:
        return Origin(name if folder == Path() else str(folder / name))

    name = AppName(as_label(root.name) or "application")
    return check_repository(one, name=name, origin=origin, pointer=_bytes(pointer))


def _bytes(path: Path) -> bytes:
    """The file, cut just above the reader's limit, so that a gigabyte is refused and not read."""
    try:
        if not path.is_file():
            raise Missing(f"{path} is no file", "name a repository's folder, or a file")
        with path.open("rb") as file:
            return file.read(_LARGEST + 2)
    except OSError as error:
        raise Missing(f"{path} cannot be read: {error.strerror}") from error


def _top_level(source: bytes, origin: Origin) -> set[str]:
    root = read(source, origin).root
    return set(root.members) if isinstance(root, MappingNode) else set()
