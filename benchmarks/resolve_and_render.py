"""Resolve and render 1,000 environments in memory, beside reading their files once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from benchmarks.measure import row, seconds
from reconciler.lifecycle.rules import candidates
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Commit, branch_ref
from reconciler.model.place import Origin
from reconciler.model.record import InstallationRecord, TargetRecords
from reconciler.model.refs import RefState, RefTable
from reconciler.model.rendered import Inputs, Rendered, Resolved
from reconciler.model.settings import Installation
from reconciler.plan.choose import choose
from reconciler.plan.gather import gather
from reconciler.plan.library import Library
from reconciler.plan.sight import World
from reconciler.render.group import group
from reconciler.render.setting import Setting
from reconciler.spec.settings import read_settings

ENVIRONMENTS = 1000
APPLICATIONS = ("frontend", "backend", "notifier")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Memory:
    """The demo's files, the same at every commit; it counts how often it is asked."""

    def __init__(self) -> None:
        root = files("reconciler.cli") / "demo_files"
        self.calls = 0
        self._files: dict[tuple[str, str], bytes] = {}
        for name in APPLICATIONS:
            for path in (".release.yaml", ".release/application_template.yaml", ".release/environment_variables.yaml"):
                self._files[name, path] = (root / name / path).read_bytes()

    def files(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> Mapping[str, bytes | None]:
        """The files, whatever the commit."""
        self.calls += 1
        return {path: self._files.get((application, path)) for path in paths}

    def committed_at(self, application: AppName, commits: object) -> Mapping[Commit, datetime]:
        """Nobody asks here."""
        return {}

    def count_changes(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> int:
        """Nobody asks here."""
        return 0


def world() -> World:
    """1,000 feature branches of the frontend, every second with its twin in the backend, each at a commit of its own."""
    source = (files("reconciler.cli") / "demo_files" / "config.yaml").read_bytes()
    installation, problems = read_settings(source, Origin("config.yaml"), folder=Path("/demo"), home=Path("/demo"))
    if installation is None:
        raise SystemExit(str(problems))
    tables = {}
    for number, name in enumerate(APPLICATIONS):
        branches = ["main", "stable"] + [f"feature/{index}" for index in range(ENVIRONMENTS) if index % (number + 1) == 0]
        refs = {branch_ref(branch): RefState(Commit(f"{number}{index:039x}")) for index, branch in enumerate(branches)}
        tables[AppName(name)] = RefTable(refs, branch_ref("main"), NOW)
    records = {"files": TargetRecords({}, (), InstallationRecord(installation.name), None)}
    return World(installation, NOW, tables, {}, records, {}, ())


def environments(installation: Installation, seen: World) -> list[Environment]:
    """The environments of the branches."""
    application = installation.applications[AppName("frontend")]
    return [one for one in candidates(application, seen.tables[application.name]) if one.name is None]


def rendered(resolved: Resolved, installation: Installation) -> Rendered:
    """The objects of one group."""
    inputs = Inputs(files={}, secrets={}, key=b"k" * 32, workflows=choose(resolved, None))
    return group(resolved, inputs, setting=Setting(installation.name, installation.targets["files"], installation.applications))


def main() -> None:
    """Print the table."""
    seen = world()
    asked = environments(seen.installation, seen)
    memory = Memory()
    library = Library(memory)

    def resolve_all() -> list[Resolved]:
        found = [gather(one, seen, library=library, record=None).resolved for one in asked]
        return [resolved for resolved in found if resolved is not None]

    reading = seconds(resolve_all, times=1)
    calls = memory.calls
    groups = resolve_all()
    resolving = seconds(resolve_all)
    rendering = seconds(lambda: [rendered(one, seen.installation) for one in groups])
    objects = sum(len(rendered(one, seen.installation).objects) for one in groups)
    print(f"{len(groups)} environments, {objects} objects, {calls} readings of files, {memory.calls - calls} once they are known")
    print(row("read, merge and resolve, nothing known", reading, beside=reading, per=len(groups)))
    print(row("resolve, files known", resolving, beside=reading, per=len(groups)))
    print(row("render", rendering, beside=reading, per=len(groups)))


if __name__ == "__main__":
    main()
