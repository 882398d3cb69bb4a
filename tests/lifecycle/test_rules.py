"""Which branches deserve an environment: the first rule that matches decides."""

from collections.abc import Callable

from reconciler.lifecycle.rules import candidates
from reconciler.model.ids import tag_ref
from reconciler.model.refs import RefState, RefTable
from reconciler.model.settings import Application, EnvironmentRule

Rules = Callable[..., EnvironmentRule]
Applications = Callable[..., Application]
Tables = Callable[..., RefTable]


def described(application: Application, table: RefTable) -> list[tuple[str, str, int]]:
    """Label, branch and line of the deciding rule."""
    return [(str(one), one.branch, one.rule.place.line) for one in candidates(application, table)]


def test_an_application_without_rules_has_no_environments(application: Applications, table: Tables) -> None:
    assert candidates(application(), table("main", "topic")) == ()


def test_the_first_rule_that_matches_decides(application: Applications, rule: Rules, table: Tables) -> None:
    app = application(rule(globs=("feature/**", "bug-*"), line=1), rule(globs=("**",), line=2), rule(branch="main", line=3))
    assert described(app, table("main", "feature/a/b", "bug-1")) == [
        ("frontend/bug-1", "bug-1", 1),
        ("frontend/feature/a/b", "feature/a/b", 1),
        ("frontend/main", "main", 2),
    ]


def test_a_branch_with_a_declared_name_has_no_second_environment_by_a_later_glob(
    application: Applications, rule: Rules, table: Tables
) -> None:
    app = application(rule(name="production", branch="main", line=1), rule(globs=("**",), line=2))
    assert described(app, table("main", "topic")) == [
        ("frontend/production", "main", 1),
        ("frontend/topic", "topic", 2),
    ]


def test_two_declared_environments_on_one_branch_are_both_there(application: Applications, rule: Rules, table: Tables) -> None:
    app = application(
        rule(globs=("**",), line=1), rule(name="staging", branch="main", line=2), rule(name="production", branch="main", line=3)
    )
    assert described(app, table("main")) == [
        ("frontend/main", "main", 1),
        ("frontend/production", "main", 3),
        ("frontend/staging", "main", 2),
    ]


def test_a_declared_branch_is_meant_exactly(application: Applications, rule: Rules, table: Tables) -> None:
    app = application(rule(branch="main"))
    there = {branch: bool(candidates(app, table(branch))) for branch in ("main", "Main", "mai", "feature/main")}
    assert there == {"main": True, "Main": False, "mai": False, "feature/main": False}


def test_tags_make_no_environments(application: Applications, rule: Rules, table: Tables) -> None:
    tags = RefTable({tag_ref("v1"): RefState(next(iter(table("main").refs.values())).commit)}, None, None)
    assert candidates(application(rule(globs=("**",))), tags) == ()
