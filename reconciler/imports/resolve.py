"""Resolve an environment's imports: an import plan, or the reads it still lacks (design 6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.imports.admission import refuse
from reconciler.imports.rules import Asked, Choice, choose
from reconciler.model.configuration import Configuration, Import, TrackingFacts
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Commit, Ref, short_commit, short_name
from reconciler.model.importplan import BranchRule, ImportPlan, Lacks, Member, Read, Want
from reconciler.model.instant import instant_text
from reconciler.model.problem import Problem, errors_of, in_order
from reconciler.model.reason import Reason
from reconciler.model.refs import RefTable
from reconciler.model.settings import Application


@dataclass(frozen=True, slots=True)
class World:
    """What is known when an import plan is made.

    `known` holds what earlier rounds lacked, `None` for what was read and is unreadable. `overrides` are the branches that
    persons have chosen for members of this environment.
    """

    applications: Mapping[AppName, Application]
    tables: Mapping[AppName, RefTable]
    known: Mapping[Read, TrackingFacts | Configuration | None]
    overrides: Mapping[AppName, Ref]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The plan, or what it lacks, or neither and why not.

    All three are empty where the importer's own configuration is unreadable: whoever read it has said so.
    """

    plan: ImportPlan | None
    lacks: Lacks | None
    problems: tuple[Problem, ...]


def resolve(environment: Environment, commit: Commit, *, world: World) -> Resolution:
    """The import plan of an environment whose own head is `commit`: its imports in the order of its template, itself last.

    Imports of imports are not followed. Asked again with what it lacked, it answers in at most three rounds; the same world gives
    the same plan.
    """
    own = Read(environment.application, commit, Want.CONFIGURATION)
    if own not in world.known:
        return Resolution(None, Lacks(frozenset({own})), ())
    configuration = world.known[own]
    if not isinstance(configuration, Configuration):
        return Resolution(None, None, ())
    outcomes = _outcomes(environment, configuration, world=world)
    reads = frozenset(outcome for outcome in outcomes if isinstance(outcome, Read))
    if reads:
        return Resolution(None, Lacks(reads), ())
    problems = in_order([outcome for outcome in outcomes if isinstance(outcome, Problem)])
    if errors_of(problems):
        return Resolution(None, None, problems)
    members = [outcome for outcome in outcomes if isinstance(outcome, Member)]
    return Resolution(ImportPlan(environment, (*members, _importer(environment, commit, world=world))), None, problems)


def _outcomes(environment: Environment, configuration: Configuration, *, world: World) -> list[Member | Problem | Read]:
    """What becomes of each import, in the order of the template."""
    return [_outcome(entry, environment, world=world) for entry in configuration.imports]


def _outcome(entry: Import, environment: Environment, *, world: World) -> Member | Problem | Read:
    problem = refuse(entry, importer=environment.application, applications=world.applications, tables=world.tables)
    if problem is not None:
        return problem
    application, table = world.applications[entry.name], world.tables[entry.name]
    answer = choose(Asked(entry, application, table, environment.ref, world.overrides.get(entry.name), world.known))
    return _member(entry, application, choice=answer, table=table) if isinstance(answer, Choice) else answer


def _member(entry: Import, application: Application, *, choice: Choice, table: RefTable) -> Member:
    return Member(
        application=application.name,
        repository=application.repository,
        ref=choice.ref,
        commit=choice.commit,
        rule=choice.rule,
        reason=choice.reason,
        rejected=choice.rejected,
        aborted=_aborted(entry, choice.ref),
        stale=_stale(table),
        excluded=entry.exclude_services,
        place=entry.place,
    )


def _importer(environment: Environment, commit: Commit, *, world: World) -> Member:
    application = world.applications[environment.application]
    table = world.tables.get(application.name)
    return Member(
        application=application.name,
        repository=application.repository,
        ref=environment.ref,
        commit=commit,
        rule=BranchRule.SELF,
        reason=_own_reason(environment, commit, table=table),
        stale=_stale(table),
    )


def _own_reason(environment: Environment, commit: Commit, *, table: RefTable | None) -> Reason:
    text = f"the environment is made of branch {environment.branch}"
    state = table.refs.get(environment.ref) if table else None
    if state is not None and state.commit != commit:
        text += f", at commit {short_commit(commit)} though the branch stands at {short_commit(state.commit)}"
    if state is not None and state.missing_since is not None:
        text += f", which is missing from its repository since {instant_text(state.missing_since)} and still within its grace"
    return Reason(text)


def _aborted(entry: Import, ref: Ref) -> Reason | None:
    """Each pattern is asked alone and any match aborts (design 6.5)."""
    name = short_name(ref)
    pattern = next((glob.pattern for glob in entry.ignore_deployment_refs if glob.matches(name)), None)
    if pattern is None:
        return None
    return Reason(f"`ignore_deployment_refs` has {pattern!r}, which matches {name}", entry.at("ignore_deployment_refs"))


def _stale(table: RefTable | None) -> Reason | None:
    if table is None or table.failure is None or table.listed_at is None:
        return None
    return Reason(f"the repository did not answer ({table.failure}); its refs of {instant_text(table.listed_at)} are in force")
