"""The clauses that the reasons of lives are made of."""

from reconciler.lifecycle.identity import declared_name
from reconciler.model.instant import instant_text
from reconciler.model.refs import RefTable
from reconciler.model.settings import EnvironmentRule


def rule_text(rule: EnvironmentRule) -> str:
    """The rule as a person finds it in config.yaml: by its declared name, its branch or its globs."""
    name = declared_name(rule)
    if name is not None:
        return f"the rule named {name}"
    if rule.branch is not None:
        return f"the rule for branch {rule.branch}"
    return f"the rule for {', '.join(glob.pattern for glob in rule.branches)}"


def stale_text(table: RefTable) -> str:
    """How old the refs in force are, as a clause to append; empty where the repository answered."""
    if table.failure is None or table.listed_at is None:
        return ""
    return f"; the repository did not answer ({table.failure}), so its refs of {instant_text(table.listed_at)} are in force"
