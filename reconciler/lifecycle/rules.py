"""Which branches deserve an environment: the first rule that matches decides (design 5.3)."""

from collections.abc import Iterable

from reconciler.lifecycle.identity import declared_name, identify
from reconciler.model.environment import Environment
from reconciler.model.ids import Ref, branch_ref, is_branch, short_name
from reconciler.model.refs import RefTable
from reconciler.model.settings import Application, EnvironmentRule


def candidates(application: Application, table: RefTable) -> tuple[Environment, ...]:
    """Every environment that the rules make of the branches in force, born or not, in the order of their names.

    The first rule that matches a branch decides, except that each declared name is an environment of its own: two names on one
    branch are two environments.
    """
    found = [
        identify(application.name, rule, ref=ref)
        for ref in table.refs
        if is_branch(ref)
        for rule in _deciding(application.environments, ref)
    ]
    return in_order(found)


def in_order(environments: Iterable[Environment]) -> tuple[Environment, ...]:
    """By declared name or branch, then by ref."""
    return tuple(sorted(environments, key=order_of))


def order_of(environment: Environment) -> tuple[str, bool, bytes]:
    """The key that sorts environments of one application as a person lists them, declared names first among equals."""
    return (environment.name or environment.branch, environment.name is None, environment.ref)


def rule_for(application: Application, *, name: str | None, ref: Ref) -> EnvironmentRule | None:
    """The rule that makes the environment of that name, or of that branch where it has none; `None` where no rule does."""
    if name is not None:
        return next((rule for rule in application.environments if declared_name(rule) == name), None)
    first = next(iter(_deciding(application.environments, ref)), None)
    return first if first is not None and declared_name(first) is None else None


def _deciding(rules: Iterable[EnvironmentRule], ref: Ref) -> list[EnvironmentRule]:
    matching = [rule for rule in rules if _matches(rule, ref)]
    return [rule for index, rule in enumerate(matching) if index == 0 or declared_name(rule) is not None]


def _matches(rule: EnvironmentRule, ref: Ref) -> bool:
    if rule.branch is not None:
        return branch_ref(rule.branch) == ref
    return any(glob.matches(short_name(ref)) for glob in rule.branches)
