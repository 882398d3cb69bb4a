"""A village whose time a test sets, passed over by the real parts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.targets import open_targets
from reconciler.cli.wire import hands, load, secret_stores
from reconciler.git.mirrors import Mirrors
from reconciler.model.change import Change
from reconciler.model.ports import TargetWriter
from reconciler.model.reason import Reason
from reconciler.model.record import InstallationRecord, Record, Revision
from reconciler.model.run import Answer
from reconciler.plan.document import plan_text
from reconciler.plan.holds import Asked
from reconciler.plan.sight import Reading
from reconciler.reconcile.crew import Writing
from reconciler.reconcile.passes import Passes, Report
from reconciler.reconcile.sayings import swap
from reconciler.store.journal import open_journal

if TYPE_CHECKING:
    from tests.conftest import Repository, Village

TEMPLATE = ".release/application_template.yaml"


class SetClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant that was set."""
        return self.at

    def monotonic(self) -> float:
        """The same in seconds."""
        return self.at.timestamp()


class Front:
    """What stands in front of a real writer and sees each object before it is put; everything goes through it."""

    def __init__(self, behind: TargetWriter, before: Callable[[Change], None]) -> None:
        self._behind = behind
        self._before = before

    def make_key(self) -> bytes:
        """As behind it."""
        return self._behind.make_key()

    def save(self, record: Record, expected: Revision | None) -> Revision:
        """As behind it."""
        return self._behind.save(record, expected)

    def save_installation(self, record: InstallationRecord, expected: Revision | None) -> Revision:
        """As behind it."""
        return self._behind.save_installation(record, expected)

    def put(self, change: Change) -> Answer:
        """As behind it, once it was seen."""
        self._before(change)
        return self._behind.put(change)

    def delete(self, change: Change) -> Answer:
        """As behind it, once it was seen."""
        self._before(change)
        return self._behind.delete(change)

    def forget(self, record: Record, expected: Revision) -> None:
        """As behind it."""
        self._behind.forget(record, expected)


class Town:
    """A village with a clock: `sync` is one pass over everything, or over what is named."""

    def __init__(self, village: "Village") -> None:
        self.village = village
        self.clock = SetClock()
        self.configure = village.configure
        self.manifests = village.manifests
        self.files = village.files

    def later(self, **span: float) -> None:
        """Time passes: `later(minutes=11)`."""
        self.clock.at += timedelta(**span)

    def sync(self, *names: str, confirm: str | None = None, doomed: str | None = None) -> dict[str, Report]:
        """The reports by environment; a name that is not asked for is not passed over. `doomed` tears down for that reason."""
        with hands(self.village.config, self.clock) as passes:
            ids = passes.look("test")
            assert passes.world is not None
            labels = {str(life.environment.id): str(life.environment) for life in passes.world.lives}
            asked = Asked(by_name=bool(names), confirm=confirm)
            word = Reason(doomed) if doomed else None
            chosen = [one for one in ids if not names or labels[one] in names]
            reports = {labels[one]: passes.over(one, "test", asked=asked, doomed=word) for one in chosen}
            passes.finish("test")
        return reports

    @contextmanager
    def behind(self, front: Callable[[TargetWriter], TargetWriter]) -> Iterator[Passes]:
        """Passes over everything, one look taken, whose writer has something put in front of it."""
        installation = load(self.village.config)
        with open_journal(installation.store) as journal, Mirrors(installation) as mirrors:
            opened = open_targets(installation)
            reading = Reading(mirrors, mirrors, secret_stores(installation), opened.readers, journal)
            writing = Writing(mirrors, {name: front(writer) for name, writer in opened.writers.items()}, journal)
            passes = Passes(installation, reading, writing=writing, clock=self.clock, document=plan_text)
            passes.look("test")
            yield passes

    def outcomes(self, *names: str) -> dict[str, str]:
        """What one pass came to, by environment."""
        return {label: report.outcome.value for label, report in self.sync(*names).items()}

    def lives(self) -> dict[str, tuple[str, str]]:
        """State and reason of every environment as one look finds them, refused ones included."""
        with hands(self.village.config, self.clock) as passes:
            passes.look("test")
            assert passes.world is not None
            return {str(life.environment): (life.state.value, life.reason.text) for life in passes.world.lives}

    def say(self, label: str, word: Callable[[Record], Record]) -> None:
        """Swap the record of an environment, as the commands do that carry people's words."""
        opened = open_targets(load(self.village.config))
        swap(opened.readers["files"], opened.writers["files"], environment=self.record(label).environment, say=word)

    def record(self, label: str) -> Record:
        """The record of an environment that is born."""
        with hands(self.village.config, self.clock) as passes:
            passes.look("test", offline=True)
            assert passes.world is not None
            (life,) = (life for life in passes.world.lives if str(life.environment) == label)
            kept = passes.world.kept(life)
        assert kept is not None, f"{label} is not born"
        return kept.record

    def repository(self, name: str) -> "Repository":
        """The repository of an application."""
        return self.village.repository(name)

    def edit(self, application: str, old: str, new: str, *, branch: str = "main", file: str = TEMPLATE) -> str:
        """Commit a change of one file; the new commit."""
        repository = self.repository(application)
        text = repository.git("show", f"{branch}:{file}") + "\n"
        assert old in text, f"{old!r} is not in {file} of {application}"
        return repository.commit({file: text.replace(old, new)}, branch=branch)

    def settings(self, old: str, new: str) -> None:
        """Change config.yaml."""
        text = self.village.config.read_text()
        assert old in text, f"{old!r} is not in config.yaml"
        self.configure(text.replace(old, new))

    def changed(self, before: dict[str, bytes]) -> set[str]:
        """The names of the manifests that are not as they were, without their folders."""
        now = self.manifests()
        return {name.rpartition("/")[2] for name in {*before, *now} if before.get(name) != now.get(name)}


@pytest.fixture
def town(village: "Village") -> Town:
    """The demo's three repositories with a clock, not reconciled yet."""
    return Town(village)


@pytest.fixture
def alone(town: Town) -> Callable[[str], Town]:
    """The same with one environment only: `alone("main")` or `alone("feature/login")`."""

    def choose(branch: str) -> Town:
        production = "    - {name: production, branch: main, type: permanent}\n"
        features = '    - {branches: ["feature/**"], type: ephemeral}\n'
        town.settings(features if branch == "main" else production, "")
        return town

    return choose


@pytest.fixture
def elsewhere(village: "Village", tmp_path: Path) -> Callable[[str], "Village"]:
    """Another village in a folder that a test names, with nothing in it."""

    def begin(name: str) -> "Village":
        root = tmp_path / name
        root.mkdir(parents=True)
        return type(village)(root)

    return begin
