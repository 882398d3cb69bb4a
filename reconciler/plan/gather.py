"""Gather what one environment needs: resolve, read what is lacking, resolve again, until the group is known."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.imports.collide import settle
from reconciler.imports.resolve import World as Known
from reconciler.imports.resolve import resolve
from reconciler.model.configuration import Configuration, TrackingFacts
from reconciler.model.environment import Environment
from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import AppName, Commit, Ref
from reconciler.model.importplan import ImportPlan, Member, Read, Want
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem, Severity, errors_of, in_order
from reconciler.model.record import Record
from reconciler.model.rendered import Resolved
from reconciler.model.variables import Variables
from reconciler.plan.library import POINTER_FILE, Library, MemberFiles, no_variables
from reconciler.plan.sight import World
from reconciler.spec.configure import Names

DEPTH = 1
_ROUNDS = 2 * DEPTH + 2


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of the environment's files. `resolved` is `None` where no import plan could be made."""

    resolved: Resolved | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Whose files are read, and from where. `frozen` is the commit whose configuration an environment keeps (design 5.2)."""

    environment: Environment
    world: World
    library: Library
    frozen: Commit | None

    def files(self, application: AppName, commit: Commit) -> MemberFiles:
        """One member's files, merged and interpolated for the group."""
        own = application == self.environment.application
        names = names_of(self.environment, self.world, application=application)
        return self.library.member(self.frozen if own and self.frozen else commit, names)


def names_of(environment: Environment, world: World, *, application: AppName) -> Names:
    """What a member's template is interpolated with: its own name, and the group's env_id, domain and parameters."""
    settings = world.installation.applications[environment.application]
    rule = environment.rule
    wanted = (rule.template_entry,) if rule.template_entry else ()
    return Names(
        application=application,
        env_id=environment.id,
        domain=settings.domain,
        parameters=rule.parameters,
        entries=(*wanted, rule.type.value),
        joined_hosts=settings.joined_hosts,
    )


def gather(environment: Environment, world: World, *, library: Library, record: Record | None) -> Gathered:
    """The group of an environment, its members read.

    Raises `Unreachable` where a mirror cannot be read; everything that a person can mend is a problem.
    """
    commit = world.tables[environment.application].commit(environment.ref)
    if commit is None:
        return Gathered(None, (_no_commit(environment, world),))
    frozen = record.frozen if record is not None and environment.rule.follow_creation else None
    group = _Group(environment, world, library, frozen)
    overrides = {override.member: override.ref for override in record.overrides} if record else {}
    imports, problems = _resolved(group, commit, overrides=overrides)
    if imports is None:
        return Gathered(None, in_order(problems))
    return _read_members(group, imports, problems=problems)


def _no_commit(environment: Environment, world: World) -> Problem:
    application = world.installation.applications[environment.application]
    failure = world.tables[environment.application].failure
    because = f": {failure}" if failure else ""
    message = f"{environment.application} has no branch {environment.branch} that is known{because}"
    return Problem(Severity.ERROR, "R254", application.at("repository"), message, "check the address and that the branch exists")


def _resolved(
    group: _Group, commit: Commit, *, overrides: Mapping[AppName, Ref]
) -> tuple[ImportPlan | None, tuple[Problem, ...]]:
    known: dict[Read, TrackingFacts | Configuration | None] = {}
    problems: tuple[Problem, ...] = ()
    world = Known(group.world.installation.applications, group.world.tables, known, overrides)
    for _ in range(_ROUNDS):
        resolution = resolve(group.environment, commit, world=world)
        if resolution.lacks is None:
            return resolution.plan, (*problems, *resolution.problems)
        for read in sorted(resolution.lacks.reads):
            known[read], found = _look_up(group, read)
            problems += found
    raise RuntimeError(f"{group.environment}: the import plan still lacks reads after {_ROUNDS} rounds")


def _look_up(group: _Group, read: Read) -> tuple[TrackingFacts | Configuration | None, tuple[Problem, ...]]:
    if read.want is Want.TRACKING:
        facts = group.library.tracking(read.application, read.commit)
        return facts, errors_of(group.library.sources(read.application, read.commit).problems) if facts is None else ()
    files = group.files(read.application, read.commit)
    return files.configuration, () if files.configuration else errors_of(files.problems)


def _read_members(group: _Group, imports: ImportPlan, *, problems: tuple[Problem, ...]) -> Gathered:
    configurations: dict[AppName, Configuration] = {}
    variables: dict[AppName, Variables] = {}
    unreadable: set[AppName] = set()
    for member in imports.members:
        if member.aborted is not None:
            continue
        files = _readable(group, member)
        problems += files.problems
        if files.configuration is None:
            unreadable.add(member.application)
        else:
            configurations[member.application] = files.configuration
            variables[member.application] = files.variables
    last_wins = group.world.installation.applications[group.environment.application].last_wins
    settled, collisions = settle(imports, configurations, last_wins=last_wins)
    found = in_order((*problems, *collisions))
    return Gathered(Resolved(imports, settled, variables, frozenset(unreadable), found), found)


def _readable(group: _Group, member: Member) -> MemberFiles:
    try:
        return group.files(member.application, member.commit)
    except ReconcilerError as error:
        origin = Origin(POINTER_FILE, member.application, member.commit)
        problem = Problem(Severity.ERROR, "R255", whole_file(origin), error.message, error.hint)
        return MemberFiles(None, no_variables(origin), (problem,))
