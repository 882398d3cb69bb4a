"""Builds the real parts from config.yaml and joins them; the only module that knows them all."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli import output
from reconciler.cli.targets import open_targets
from reconciler.daemon.clock import SystemClock
from reconciler.git.mirrors import Mirrors
from reconciler.model.errors import BadInput, Missing
from reconciler.model.place import Origin
from reconciler.model.ports import Clock
from reconciler.model.problem import errors_of
from reconciler.model.settings import Installation
from reconciler.plan.document import plan_text
from reconciler.plan.library import Library
from reconciler.plan.sight import Reading
from reconciler.reconcile.crew import Writing
from reconciler.reconcile.passes import Passes
from reconciler.secrets.stores import SecretStores
from reconciler.spec.settings import read_settings
from reconciler.store.history import open_history
from reconciler.store.journal import StoreJournal, open_journal


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a reading command is given."""

    installation: Installation
    reading: Reading
    library: Library
    clock: Clock


def load(config: Path) -> Installation:
    """The installation that a config file describes; its warnings are told.

    Raises `Missing` where there is no file and `BadInput` with every error in it.
    """
    try:
        source = config.read_bytes()
    except OSError as error:
        hint = "copy config.example.yaml, name one with --config, or see it work with `reconciler demo`"
        raise Missing(f"{config} cannot be read: {error.strerror}", hint) from error
    folder = config.absolute().parent
    installation, problems = read_settings(source, Origin(str(config)), folder=folder, home=Path.home())
    if installation is None or errors_of(problems):
        raise BadInput(f"{config} has problems", problems, hint="nothing was done")
    output.problems(problems, err=True)
    return installation


@contextmanager
def eyes(config: Path) -> Iterator[Eyes]:
    """The reading parts; nothing among them can write but the mirrors' own cache."""
    installation = load(config)
    with ExitStack() as stack:
        mirrors = Mirrors(installation)
        stack.callback(mirrors.close)
        history = stack.enter_context(open_history(installation.store))
        reading = Reading(mirrors, mirrors, secret_stores(installation), open_targets(installation).readers, history)
        yield Eyes(installation, reading, Library(mirrors), SystemClock())


@contextmanager
def hands(config: Path, clock: Clock | None = None) -> Iterator[Passes]:
    """The parts that write, joined to passes. Raises `Busy` where another process writes already."""
    installation = load(config)
    with ExitStack() as stack:
        journal = stack.enter_context(open_journal(installation.store))
        passes, close = joined(installation, journal, clock=clock or SystemClock())
        stack.callback(close)
        yield passes


def joined(installation: Installation, journal: StoreJournal, *, clock: Clock) -> tuple[Passes, Callable[[], None]]:
    """Passes over an installation with a journal that is open, and what ends them."""
    mirrors = Mirrors(installation)
    targets = open_targets(installation)
    reading = Reading(mirrors, mirrors, secret_stores(installation), targets.readers, journal)
    writing = Writing(mirrors, targets.writers, journal)
    return Passes(installation, reading, writing=writing, clock=clock, document=plan_text), mirrors.close


def local_repositories(installation: Installation) -> Mapping[str, Path]:
    """The repositories on this machine's disk, by their applications: their pushes can be watched."""
    texts = {name: application.repository for name, application in installation.applications.items()}
    paths = {name: text.removeprefix("file://") for name, text in texts.items()}
    return {name: Path(path) for name, path in paths.items() if path.startswith("/")}


def secret_stores(installation: Installation) -> SecretStores:
    """The secret stores, with this process's environment variables."""
    return SecretStores(installation, dict(os.environ))
