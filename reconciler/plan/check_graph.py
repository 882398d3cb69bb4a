"""Check a repository in the group that its branch would make: its imports, and what they become together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from reconciler.lifecycle.identity import identify
from reconciler.lifecycle.refs_in_force import in_force
from reconciler.lifecycle.rules import candidates
from reconciler.model.environment import Environment
from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import AppName, Commit, Ref, short_name
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Place
from reconciler.model.ports import FileReader, RefLister
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.refs import KnownRefs, RefState, RefTable
from reconciler.model.rendered import Inputs, Resolved
from reconciler.model.secret import SecretValue
from reconciler.model.settings import EnvironmentRule, Installation
from reconciler.plan.check import Repository
from reconciler.plan.check_circles import check_circles
from reconciler.plan.choose import choose
from reconciler.plan.gather import gather
from reconciler.plan.library import Library
from reconciler.plan.observe import OFFLINE
from reconciler.plan.sight import World
from reconciler.plan.supply import read_files
from reconciler.render.group import group
from reconciler.render.needs import needs
from reconciler.render.setting import Setting

HERE: Final = Commit("0" * 40)
"""Stands for the state that is checked, which may be no commit yet."""

_WITHOUT_CONFIG: Final = frozenset({"R602", "R603", "R621", "R652", "R653", "R658", "R660", "R690", "R691", "R692"})
"""What rendering says that no line of a config.yaml could change."""

_COLLISION: Final = "R511"
_OBJECTS_COLLIDE: Final = "R692"
"""What follows from a collision of services says nothing new."""

_SECRET: Final = SecretValue("a value that was not read")


@dataclass(frozen=True, slots=True)
class Here:
    """The repository that is checked, as an application at a branch."""

    repository: Repository
    application: AppName
    ref: Ref


@dataclass(frozen=True, slots=True)
class Around:
    """What is around it. With `configured` false the installation was made up, and what only a config can allow is not judged.

    `lister` is `None` where no remote may be asked.
    """

    installation: Installation
    files: FileReader
    lister: RefLister | None
    known: Mapping[AppName, KnownRefs]
    now: datetime
    configured: bool = True


def check_graph(here: Here, around: Around) -> tuple[Problem, ...]:
    """Every problem of the environments that the branch makes: here with the places of the repository that is checked, of other
    members the errors alone. A branch without environment is judged by what no config could change.

    Raises `Unreachable` where a mirror cannot be read.
    """
    around = replace(around, files=_Overlaid(here, around.files))
    tables = _Tables(here, around)
    environments = candidates(around.installation.applications[here.application], tables[here.application])
    if not environments:
        around = _with_domain(around, here.application)
        environments = (_stand_in(here, around),)
    world = World(around.installation, around.now, tables, {}, {}, {}, ())
    library = Library(around.files)
    found = [problem for one in environments for problem in _problems(one, world, library=library, around=around)]
    found += [note for one in environments for note in check_circles(one, world, library=library, commit=HERE)]
    found += library.schedules(here.application, HERE).doubts
    return in_order([_at_home(problem, here) for problem in found if _concerns(problem, here)])


class _Overlaid:
    """The files of all repositories, with the one that is checked in place of its commits."""

    def __init__(self, here: Here, files: FileReader) -> None:
        self._here = here
        self._files = files

    def files(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> Mapping[str, bytes | None]:
        """As `FileReader.files`."""
        if commit == HERE:
            return {path: self._here.repository.read(path) for path in paths}
        return self._files.files(application, commit, paths=paths)

    def committed_at(self, application: AppName, commits: Iterable[Commit]) -> Mapping[Commit, datetime]:
        """As `FileReader.committed_at`."""
        return self._files.committed_at(application, commits)

    def count_changes(self, application: AppName, commit: Commit, *, paths: Sequence[str]) -> int:
        """As `FileReader.count_changes`; none, where nothing is committed."""
        return 0 if commit == HERE else self._files.count_changes(application, commit, paths=paths)


class _Tables(Mapping[AppName, RefTable]):
    """The refs in force of each application, asked for when they are first looked at: only what is imported is listed."""

    def __init__(self, here: Here, around: Around) -> None:
        self._around = around
        own = RefTable({here.ref: RefState(HERE)}, here.ref, around.now)
        self._tables: dict[AppName, RefTable] = {here.application: own}

    def __getitem__(self, application: AppName) -> RefTable:
        if application not in self._around.installation.applications:
            raise KeyError(application)
        if application not in self._tables:
            self._tables[application] = self._asked(application)
        return self._tables[application]

    def __iter__(self) -> Iterator[AppName]:
        return iter(self._around.installation.applications)

    def __len__(self) -> int:
        return len(self._around.installation.applications)

    def _asked(self, application: AppName) -> RefTable:
        known, now = self._around.known.get(application), self._around.now
        if self._around.lister is None:
            return in_force(known, None, failure=OFFLINE, now=now)[0]
        try:
            listing = replace(self._around.lister.list(application), at=now)
        except ReconcilerError as error:
            return in_force(known, None, failure=str(error), now=now)[0]
        return in_force(known, listing, failure=None, now=now)[0]


def _stand_in(here: Here, around: Around) -> Environment:
    """The environment of a branch that no rule of the config gives one."""
    place = around.installation.applications[here.application].place
    rule = EnvironmentRule(place=place, type=EnvironmentType.EPHEMERAL, parameters={}, variables={})
    return identify(here.application, rule, ref=here.ref)


def _with_domain(around: Around, name: AppName) -> Around:
    """Without an environment an application needs no domain; one is stood in, so that its template can be read."""
    applications = dict(around.installation.applications)
    applications[name] = replace(applications[name], domain=applications[name].domain or "example.com")
    return replace(around, installation=replace(around.installation, applications=applications), configured=False)


def _problems(environment: Environment, world: World, *, library: Library, around: Around) -> tuple[Problem, ...]:
    gathered = gather(environment, world, library=library, record=None)
    if gathered.resolved is None:
        return gathered.problems
    rendered = _rendered(gathered.resolved, around)
    told = {problem.place for problem in gathered.problems if problem.code == _COLLISION}
    fresh = (problem for problem in rendered if not (problem.code == _OBJECTS_COLLIDE and problem.place in told))
    said = (problem for problem in fresh if around.configured or problem.code in _WITHOUT_CONFIG)
    return (*gathered.problems, *_old_refs(gathered.resolved), *said)


def _old_refs(resolved: Resolved) -> Iterator[Problem]:
    """A note (R514) for each import that is judged by branches seen earlier."""
    importer = resolved.configurations.get(resolved.plan.environment.application)
    members = {member.application: member for member in resolved.plan.members}
    for entry in importer.imports if importer else ():
        member = members.get(entry.name)
        if member is not None and member.stale is not None:
            message = f"{entry.name} is judged at {short_name(member.ref)} as last seen: {member.stale.text}"
            yield Problem(Severity.NOTE, "R514", entry.at("name"), message, "what was pushed there since is not judged")


def _rendered(resolved: Resolved, around: Around) -> tuple[Problem, ...]:
    installation = around.installation
    target = installation.targets[installation.applications[resolved.plan.environment.application].target]
    setting = Setting(installation.name, target, installation.applications)
    needed = needs(resolved, setting)
    inputs = Inputs(
        files=read_files(needed, around.files),
        secrets=dict.fromkeys(needed.secrets, _SECRET),
        key=None,
        workflows=choose(resolved, None),
    )
    return group(resolved, inputs, setting=setting).problems


def _concerns(problem: Problem, here: Here) -> bool:
    """Doubts about other people's files are told to them, unless something here is the other half of it."""
    applications = {place.origin.application for place in (problem.place, *problem.related)}
    return problem.severity is Severity.ERROR or bool(applications & {None, here.application})


def _at_home(problem: Problem, here: Here) -> Problem:
    related = tuple(_moved(place, here) for place in problem.related)
    return replace(problem, place=_moved(problem.place, here), related=related)


def _moved(place: Place, here: Here) -> Place:
    if place.origin.application != here.application or place.origin.commit != HERE:
        return place
    return place.within(here.repository.origin(place.origin.path))
