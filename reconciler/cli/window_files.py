"""The doubts about the windows of one file of the local disk: a schedules file, or a config.yaml."""

from datetime import datetime
from pathlib import Path

from reconciler.model.errors import Missing
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, in_order
from reconciler.model.windows import Declarations
from reconciler.spec.limits import BYTES
from reconciler.spec.node import MappingNode
from reconciler.spec.reader import read
from reconciler.spec.schedules import read_schedules
from reconciler.spec.settings import read_settings
from reconciler.windows.check import check

_CONFIG_KEYS = frozenset({"targets", "applications", "installation", "windows"})


def check_file(path: Path, *, now: datetime) -> tuple[Problem, ...]:
    """Every problem of the file and every doubt about its windows in the two years from now. Raises `Missing`."""
    try:
        with path.open("rb") as file:
            source = file.read(BYTES + 1)
    except OSError as error:
        raise Missing(f"{path} cannot be read: {error.strerror}", "name a schedules file or a config.yaml") from error
    origin = Origin(str(path))
    root = read(source, origin).root
    if isinstance(root, MappingNode) and _CONFIG_KEYS & set(root.members):
        return _of_config(source, origin, folder=path.absolute().parent, now=now)
    declared, problems = read_schedules(source, origin)
    return in_order((*problems, *check(declared or Declarations(), now=now)))


def _of_config(source: bytes, origin: Origin, *, folder: Path, now: datetime) -> tuple[Problem, ...]:
    installation, problems = read_settings(source, origin, folder=folder, home=Path.home())
    if installation is None:
        return problems
    rules = [rule for application in installation.applications.values() for rule in application.environments]
    declared = [installation.windows, *(rule.windows for rule in rules)]
    return in_order((*problems, *(doubt for one in declared for doubt in check(one, now=now))))
