"""Leave out what the importer excludes, then see that no two members have a service of one name (design 6.7)."""

from collections.abc import Mapping

from reconciler.imports.leave_out import leave_out
from reconciler.imports.suggest import did_you_mean
from reconciler.model.configuration import Configuration
from reconciler.model.ids import AppName
from reconciler.model.importplan import ImportPlan, Member
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.model.workload import Service


def settle(
    plan: ImportPlan, configurations: Mapping[AppName, Configuration], *, last_wins: bool
) -> tuple[Mapping[AppName, Configuration], tuple[Problem, ...]]:
    """The configurations as they live side by side in one namespace, with what is to be said about it.

    Members without a configuration (aborted or unreadable) take no part. Two services of one name are an error; with `last_wins`
    the member later in deploy order keeps its own, which is Release's way.
    """
    problems: list[Problem] = []
    removals: dict[AppName, set[str]] = {}
    for member in plan.members:
        if member.application in configurations:
            removals[member.application] = set(member.excluded)
            problems += _strangers(member, plan, configurations=configurations)
    problems += _collisions(plan, configurations, removals=removals, last_wins=last_wins)
    left = {name: {service.name for service in configurations[name].services} - names for name, names in removals.items()}
    elsewhere = frozenset[str]().union(*left.values())
    settled = {name: leave_out(configurations[name], names, elsewhere=elsewhere) for name, names in removals.items()}
    return settled, in_order(problems)


def _strangers(member: Member, plan: ImportPlan, *, configurations: Mapping[AppName, Configuration]) -> list[Problem]:
    """A warning for each excluded service that the member does not have."""
    configuration = configurations[member.application]
    names = [service.name for service in configuration.services]
    at = _exclusions(member, configurations.get(plan.importer.application)) or configuration.place
    return [
        Problem(
            Severity.WARNING,
            "R510",
            at,
            f"{member.application} has no service {name} to exclude",
            f"{did_you_mean(name, names)}take {name} out of `exclude_services`",
        )
        for name in member.excluded
        if name not in names
    ]


def _exclusions(member: Member, importer: Configuration | None) -> Place | None:
    entries = importer.imports if importer else ()
    entry = next((entry for entry in entries if entry.name == member.application), None)
    return entry.at("exclude_services") if entry else member.place


def _collisions(
    plan: ImportPlan, configurations: Mapping[AppName, Configuration], *, removals: dict[AppName, set[str]], last_wins: bool
) -> list[Problem]:
    """A problem for each pair; where the last wins, what the others lose is added to the removals."""
    holders: dict[str, tuple[AppName, Service]] = {}
    problems: list[Problem] = []
    for member in plan.members:
        name = member.application
        for service in configurations[name].services if name in configurations else ():
            if service.name in removals[name]:
                continue
            earlier = holders.get(service.name)
            holders[service.name] = (name, service)
            if earlier is None or earlier[0] == name:
                continue
            problems.append(_collision(earlier, (name, service), last_wins=last_wins))
            if last_wins:
                removals[earlier[0]].add(service.name)
    return problems


def _collision(earlier: tuple[AppName, Service], later: tuple[AppName, Service], *, last_wins: bool) -> Problem:
    (loser, lost), (winner, kept) = earlier, later
    if last_wins:
        message = f"service {kept.name} of {winner} takes the place of {loser}'s, which is left out"
        hint = "the application has `collisions: last_wins`"
        return Problem(Severity.NOTE, "R512", kept.place, message, hint, (lost.place,))
    message = f"service {kept.name} is in {loser} and in {winner}, which share a namespace"
    hint = f"call one of them `${{app_name}}-{kept.name}`, or exclude one with `exclude_services`"
    return Problem(Severity.ERROR, "R511", kept.place, message, hint, (lost.place,))
