"""An environment of the application `shop` planned from what a case says, by the real rooms; only repositories lie in memory."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from reconciler.model.ids import AppName, Commit, EnvId, Ref, branch_ref, tag_ref
from reconciler.model.objects import Desired, ObjectKey
from reconciler.model.place import Origin
from reconciler.model.plan import Plan
from reconciler.model.ports import NO_OTHERS, History, Others
from reconciler.model.problem import errors_of
from reconciler.model.refs import Listing
from reconciler.model.settings import DirectoryTarget, Installation
from reconciler.plan.document import plan_of, plan_text
from reconciler.plan.library import Library
from reconciler.plan.make import make
from reconciler.plan.observe import observe
from reconciler.plan.scene import Scene
from reconciler.plan.sight import Reading
from reconciler.reconcile.crew import Writing
from reconciler.reconcile.passes import Passes, PassOutcome
from reconciler.secrets.stores import SecretStores
from reconciler.spec.settings import read_settings
from reconciler.store.history import open_history
from reconciler.store.journal import open_journal
from reconciler.target.directory.reader import DirectoryReader
from reconciler.target.directory.writer import DirectoryWriter

SHOP: Final = AppName("shop")
BRANCH: Final = "feature/login"
REFS: Final = {
    SHOP: (branch_ref("main"), branch_ref(BRANCH)),
    AppName("backend"): (branch_ref("main"), branch_ref("stable"), branch_ref("next"), tag_ref("v1"), tag_ref("v2")),
}
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
ENVIRON: Final = {"VAULT_SHOP_EPHEMERAL_TOKEN": "hush"}
DEFAULTS: Final[Mapping[str, Any]] = {
    "release": {"application_template": "template.yaml", "environment_variables": "variables.yaml"},
    "template": {"services": [{"name": "api", "image": "api:1"}]},
    "variables": {"defaults": []},
    "backend": {"services": [{"name": "db", "image": "postgres:16"}]},
    "files": {},
}
Documents = Mapping[str, Any]
"""What lies in the repositories: a mapping or a text by the names of `DEFAULTS`; `files` are further ones of shop, by path."""


class Repositories:
    """The repositories' branches and files. Every branch of an application holds the same files, at a commit of its own."""

    def __init__(self, documents: Documents) -> None:
        self._pushes = 0
        self.push(documents)

    def push(self, documents: Documents) -> None:
        """Make a new commit on every branch."""
        said = {**DEFAULTS, **documents}
        shop = {".release.yaml": said["release"], "template.yaml": said["template"], "variables.yaml": said["variables"]}
        backend = {".release.yaml": {"application_template": "template.yaml"}, "template.yaml": said["backend"]}
        self._files = {SHOP: {**shop, **said["files"]}, AppName("backend"): backend}
        self._pushes += 1

    def commit(self, application: AppName, ref: Ref) -> Commit:
        """Where a branch or tag stands."""
        return Commit(hashlib.sha1(f"{application} {ref!r} {self._pushes}".encode()).hexdigest())

    def begin(self) -> None:
        """Nothing is kept from one pass to the next."""

    def list(self, application: AppName) -> Listing:
        """All refs; `main` is the default branch."""
        refs = {ref: self.commit(application, ref) for ref in REFS[application]}
        return Listing(refs, branch_ref("main"), NOW)

    def files(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> Mapping[str, bytes | None]:
        """The files, whatever the commit."""
        known = self._files[application]
        return {path: as_bytes(known[path]) if path in known else None for path in paths}

    def committed_at(self, application: AppName, commits: Iterable[Commit]) -> Mapping[Commit, datetime]:
        """An hour ago."""
        return dict.fromkeys(commits, NOW - timedelta(hours=1))

    def count_changes(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> int:
        """One commit."""
        return 1

    def keep(self, environment: EnvId, commits: Mapping[AppName, Commit], *, also: Others = NO_OTHERS) -> None:
        """Nothing is ever lost here."""


def edit(document: Any, key: str, **value: Any) -> int:
    """Remove `a[].b` wherever it stands in a document or in an entry that is merged into it, or set it to `value`; how often."""
    entries = document.get("environment_templates") or []
    return sum(_edit(part, key.split("."), value) for part in (document, *entries))


def _edit(document: Any, names: Sequence[str], value: Mapping[str, Any]) -> int:
    name, is_list = names[0].removesuffix("[]"), names[0].endswith("[]")
    keys = [key for key in document if name in (key, "*")] if isinstance(document, dict) else []
    if len(names) > 1:
        parts = [part for key in keys for part in (document[key] if is_list else [document[key]])]
        return sum(_edit(part, names[1:], value) for part in parts)
    for key in keys:
        if value:
            document[key] = value["value"]
        else:
            del document[key]
    return len(keys)


def as_bytes(document: Any) -> bytes:
    """A document as YAML: text as it is written, anything else as JSON, which is YAML too."""
    return (document if isinstance(document, str) else json.dumps(document)).encode()


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        """The instant of every case."""
        return NOW

    def monotonic(self) -> float:
        """No time goes by."""
        return 0.0


@dataclass(frozen=True)
class Outcome:
    """One plan, to be looked at by subject and path: `Deployment api` and `spec.replicas`, `plan` and `holds[0].kind`."""

    plan: Plan
    names: Mapping[str, str]

    @property
    def errors(self) -> list[str]:
        """The codes of the plan's errors."""
        return sorted(problem.code for problem in errors_of(self.plan.problems))

    def at(self, subject: str, path: str) -> Any:
        """What stands there; `None` where nothing does."""
        found: Any = self.document if subject == "plan" else self.objects.get(self.expected(subject))
        for step in steps(path):
            found = below(found, step)
        return found

    @property
    def objects(self) -> Mapping[str, Any]:
        """The manifests of the objects that are wanted. A job is called as in the template, an Ingress by its host."""
        return {self._called(desired.key): desired.manifest for desired in self._desired}

    @property
    def waves(self) -> list[dict[str, Any]]:
        """The waves with their objects."""
        return [{"name": wave.name, "objects": [self._called(key) for key in wave.keys]} for wave in self.plan.waves]

    @property
    def document(self) -> Mapping[str, Any]:
        """The plan's JSON document, and its waves."""
        return {**plan_of(self.plan), "waves": self.waves}

    @property
    def wanted(self) -> Mapping[str, Any]:
        """The manifests by the names that their objects really have."""
        return {str(desired.key): desired.manifest for desired in self._desired}

    @property
    def digest(self) -> str:
        """The digest of shop's configuration."""
        return self.plan.configurations[SHOP].digest

    @property
    def _desired(self) -> Iterator[Desired]:
        return (change.desired for change in self.plan.changes if change.desired is not None)

    def _called(self, key: ObjectKey) -> str:
        desired = next(desired for desired in self._desired if desired.key == key)
        host = desired.manifest["spec"]["rules"][0]["host"] if key.kind == "Ingress" else None
        return f"{key.kind} {desired.job or host or key.name}"

    def expected(self, value: Any) -> Any:
        """A value of a case, with the names `${env_id}`, `${namespace}`, `${commit}` of this plan put in."""
        return json.loads(re.sub(r"\$\{(\w+)\}", lambda name: self.names.get(name[1], name[0]), json.dumps(value)))


def steps(path: str) -> list[str]:
    """`a.b[0][name=x]` as `a`, `b`, `0`, `name=x`; brackets may hold dots."""
    return [plain or bracketed for plain, bracketed in re.findall(r"([^.\[\]]+)|\[([^\]]+)\]", path)]


def below(value: Any, step: str) -> Any:
    """One step down: a key, an index, or `name=x` for the item of a list whose name is x."""
    if isinstance(value, Mapping):
        return value.get(step)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    key, equals, wanted = step.partition("=")
    if equals:
        return next((item for item in value if str(item.get(key)) == wanted), None)
    return value[int(step)] if int(step) < len(value) else None


@dataclass(frozen=True)
class Bench:
    """Where cases are planned; each gets a folder of its own."""

    root: Path
    taken: list[int] = field(default_factory=list)

    def plan(self, documents: Documents, *, before: Documents | None = None) -> Outcome:
        """The plan of shop's environment; with `before`, after that was deployed and `documents` were pushed."""
        self.taken.append(len(self.taken))
        folder = self.root / str(len(self.taken))
        installation = settings(folder)
        repositories = Repositories(documents if before is None else before)
        if before is not None:
            deploy(installation, repositories)
            repositories.push(documents)
        with open_history(installation.store) as history:
            return look(installation, repositories, history)


def settings(folder: Path) -> Installation:
    """What config.yaml says, below a folder."""
    source = (Path(__file__).parent / "config.yaml").read_bytes()
    installation, problems = read_settings(source, Origin("config.yaml"), folder=folder, home=folder)
    assert installation is not None, [str(problem) for problem in problems]
    return installation


def reading(installation: Installation, repositories: Repositories, history: History) -> Reading:
    """The reading ports."""
    target = DirectoryReader(directory(installation), installation.name)
    return Reading(repositories, repositories, SecretStores(installation, ENVIRON), {"files": target}, history)


def directory(installation: Installation) -> DirectoryTarget:
    """The one target."""
    target = installation.targets["files"]
    assert isinstance(target, DirectoryTarget)
    return target


def look(installation: Installation, repositories: Repositories, history: History) -> Outcome:
    """Plan the environment of shop's branch."""
    ports = reading(installation, repositories, history)
    world = observe(installation, ports, now=NOW)
    life = next(life for life in world.lives if life.environment.branch == BRANCH)
    plan = make(Scene(life, world, ports, Library(repositories), world.kept(life)))
    environment = life.environment
    commit = repositories.commit(SHOP, branch_ref(BRANCH))
    return Outcome(plan, {"env_id": environment.id, "namespace": environment.namespace, "commit": commit})


def deploy(installation: Installation, repositories: Repositories) -> None:
    """Carry out what the repositories hold now."""
    with ExitStack() as stack:
        journal = stack.enter_context(open_journal(installation.store))
        writer = DirectoryWriter(directory(installation), installation.name)
        writing = Writing(repositories, {"files": writer}, journal)
        ports = reading(installation, repositories, journal)
        passes = Passes(installation, ports, writing=writing, clock=Standing(), document=plan_text)
        reports = [passes.over(key, "a case begins") for key in passes.look("a case begins")]
        assert [report.outcome for report in reports] == [PassOutcome.DONE], [report.detail for report in reports]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Where one case is planned."""
    return Bench(tmp_path)


@pytest.fixture
def change() -> Callable[..., int]:
    """How a key is taken out of a document, or given another value."""
    return edit
