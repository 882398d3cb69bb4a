"""How an import plan is made: what it lacks first, who is shut out, what does not exist, what is rejected and why."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.imports.resolve import Resolution, World, resolve
from reconciler.model.ids import AppName, Commit, Ref, branch_ref, short_name
from reconciler.model.importplan import ImportPlan, Lacks, Member, Read, Want
from reconciler.model.problem import Problem

Resolved = Callable[..., Resolution]
Described = dict[str, dict[str, Any]]


def planned(resolution: Resolution) -> ImportPlan:
    """The plan, which must be there."""
    assert resolution.problems == ()
    assert resolution.plan is not None
    return resolution.plan


def member(resolution: Resolution, name: str = "backend") -> Member:
    """One member of the plan."""
    found = planned(resolution).member(AppName(name))
    assert found is not None
    return found


def problem(resolution: Resolution) -> Problem:
    """The one problem that leaves no plan."""
    assert resolution.plan is None
    assert resolution.lacks is None
    (found,) = resolution.problems
    return found


def pair(entry: Mapping[str, Any] | None = None, **backend: Any) -> Described:
    """Frontend imports backend."""
    return {"frontend": {"imports": [{"name": "backend", **(entry or {})}]}, "backend": backend}


def test_the_importers_configuration_is_lacking_first(resolved: Resolved, commit: Callable[[str, Ref], Commit]) -> None:
    plan = planned(resolved(pair(), "frontend@topic"))
    own = commit("frontend", branch_ref("topic"))
    answer = resolve(plan.environment, own, world=World({}, {}, {}, {}))
    assert answer.lacks == Lacks(frozenset({Read(AppName("frontend"), own, Want.CONFIGURATION)}))
    assert answer.plan is None
    assert answer.problems == ()


def test_an_unreadable_importer_has_no_plan_and_its_reader_has_said_why(resolved: Resolved) -> None:
    answer = resolved({"frontend": {"unreadable": True}}, "frontend@main")
    assert answer == Resolution(None, None, ())


def test_no_template_is_read_that_no_rule_asks_for(resolved: Resolved) -> None:
    described = pair({"branch": "main"}, unreadable=True)
    assert member(resolved(described, "frontend@topic")).rule == "pinned"


def test_a_persons_choice_comes_before_everything(resolved: Resolved) -> None:
    described = pair({"branch": "main"}, branches=["main", "topic", "mine"], tracking_branch="main")
    chosen = member(resolved(described, "frontend@topic", overrides={"backend": "mine", "stranger": "x"}))
    assert (chosen.rule, chosen.ref) == ("override", branch_ref("mine"))
    assert [(rejected.rule, rejected.ref) for rejected in chosen.rejected] == [
        ("pinned", branch_ref("main")),
        ("same_name", branch_ref("topic")),
        ("default", branch_ref("main")),
    ]


def test_what_was_asked_and_not_chosen_says_why(resolved: Resolved) -> None:
    chosen = member(resolved(pair(branches=["main"]), "frontend@topic"))
    assert chosen.reason.text == "main is the default branch of backend"
    assert [f"{rejected.rule}: {rejected.reason.text}" for rejected in chosen.rejected] == [
        "override: nobody has chosen a branch by hand",
        "pinned: the import names no branch",
        "same_name: backend has no branch topic",
        "tracking: the template of backend tracks no branch and no tag",
    ]


def test_the_default_branch_is_named_where_the_same_name_came_first(resolved: Resolved) -> None:
    chosen = member(resolved(pair(branches=["main", "topic"]), "frontend@topic"))
    assert chosen.reason.text == "backend has a branch topic too"
    last = chosen.rejected[-1]
    assert (last.rule, last.ref, last.reason.text) == (
        "default",
        branch_ref("main"),
        "a branch of the same name was found first",
    )


def test_the_owner_decides_which_branches_may_be_matched_by_name(resolved: Resolved) -> None:
    described = pair(branches=["main", "topic", "feature/x"], same_name_from=["feature/**", "main"])
    assert member(resolved(described, "frontend@feature/x")).rule == "same_name"
    shut = member(resolved(described, "frontend@topic"))
    assert shut.rule == "default"
    same = next(rejected for rejected in shut.rejected if rejected.rule == "same_name")
    assert (same.ref, same.reason.text) == (branch_ref("topic"), "`same_name_from` of backend does not admit topic")
    assert same.reason.place is not None
    assert same.reason.place.origin.path == "config.yaml"


@pytest.mark.parametrize(("globs", "admitted"), [(["*"], True), (["front*"], True), (["admin", "frontend"], True), ([], False)])
def test_the_owner_decides_who_may_import(resolved: Resolved, *, globs: list[str], admitted: bool) -> None:
    answer = resolved(pair(importable_by=globs), "frontend@main")
    assert (answer.plan is not None) is admitted


def test_a_refusal_names_both_sides(resolved: Resolved) -> None:
    found = problem(resolved(pair(importable_by=["admin"]), "frontend@main"))
    assert found.code == "R504"
    assert found.message == "frontend may not import backend: its `importable_by` admits admin"
    assert str(found.place) == "frontend application_template.yaml:10:5"
    assert [str(place) for place in found.related] == ["config.yaml:21:5"]


ERRORS: dict[str, tuple[Described, str, int, str]] = {
    "unknown application": ({"frontend": {"imports": ["bakend"]}, "backend": {}}, "R501", 10, "did you mean backend?"),
    "never listed": (pair(never_listed=True, failure="no route"), "R505", 10, "can be reached"),
    "pinned and absent": (pair({"branch": "mian"}, branches=["main", "topic"]), "R506", 11, "did you mean main?"),
    "tracked and absent": (pair(branches=["main"], tracking_branch="stable"), "R507", 3, "create the branch"),
    "tag and absent": (pair(branches=["main"], tags=["v1.2"], tracking_tag="v1.1"), "R507", 3, "did you mean v1.2?"),
    "unreadable tracking": (pair(branches=["main"], unreadable=True), "R508", 10, "mend the template"),
    "no default": (pair(branches=["develop"], default=None), "R509", 10, "set the default branch"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_joined_is_an_error_at_its_line(resolved: Resolved, name: str) -> None:
    described, code, line, hint = ERRORS[name]
    found = problem(resolved(described, "frontend@elsewhere"))
    assert (found.code, found.place.line) == (code, line)
    assert hint in found.hint


def test_an_override_of_a_branch_that_is_gone_is_an_error(resolved: Resolved) -> None:
    found = problem(resolved(pair(branches=["main"]), "frontend@main", overrides={"backend": "gone"}))
    assert found.code == "R506"
    assert "branch gone, chosen by hand," in found.message


def test_all_problems_are_told_at_once(resolved: Resolved) -> None:
    described: Described = {"frontend": {"imports": ["y", "x", {"name": "backend", "branch": "no"}]}, "backend": {}}
    answer = resolved(described, "frontend@main")
    assert [found.code for found in answer.problems] == ["R501", "R501", "R506"]


def test_a_repository_that_does_not_answer_keeps_its_refs_and_says_how_old_they_are(resolved: Resolved) -> None:
    stale = member(resolved(pair(branches=["main", "topic"], failure="timed out"), "frontend@topic"))
    assert stale.rule == "same_name"
    assert stale.stale is not None
    assert stale.stale.text == "the repository did not answer (timed out); its refs of 2026-03-02T12:00:00Z are in force"
    assert planned(resolved(pair(), "frontend@topic")).importer.stale is None


def test_a_branch_within_its_grace_goes_on_and_says_so(resolved: Resolved) -> None:
    kept = member(resolved(pair(branches=["main"], missing=["topic"]), "frontend@topic"))
    assert (kept.rule, kept.ref) == ("same_name", branch_ref("topic"))
    assert kept.reason.text.endswith("missing from its repository since 2026-03-02T12:00:00Z and still within its grace")
    own: Described = {"frontend": {"missing": ["topic"]}}
    assert "still within its grace" in planned(resolved(own, "frontend@topic")).importer.reason.text


def test_an_aborted_member_names_the_pattern_and_its_line(resolved: Resolved) -> None:
    entry = {"ignore_deployment_refs": ["release", "!topic"]}
    aborted = member(resolved(pair(entry, branches=["main"]), "frontend@topic")).aborted
    assert str(aborted) == ("`ignore_deployment_refs` has '!topic', which matches main (frontend application_template.yaml:13:5)")


def test_a_plan_has_a_digest_that_rejections_do_not_move(resolved: Resolved) -> None:
    plan = planned(resolved(pair(branches=["main"]), "frontend@topic"))
    assert plan.digest == planned(resolved(pair(branches=["main"]), "frontend@topic")).digest
    first = plan.members[0]
    assert replace(plan, members=(replace(first, rejected=()), plan.importer)).digest == plan.digest
    pinned = planned(resolved(pair({"branch": "main"}), "frontend@topic"))
    ignored = planned(resolved(pair({"ignore_deployment_refs": ["main"]}), "frontend@topic"))
    newer = replace(plan, members=(replace(first, commit=Commit("0" * 40)), plan.importer))
    assert len({plan.digest, pinned.digest, ignored.digest, newer.digest}) == 4


NAMES = ("main", "topic", "stable")
backends = st.fixed_dictionaries(
    {
        "default": st.sampled_from([None, "main"]),
        "branches": st.lists(st.sampled_from(NAMES), unique=True),
        "missing": st.just([]),
        "tracking_branch": st.sampled_from([None, "stable"]),
        "failure": st.sampled_from([None, "down"]),
        "unreadable": st.booleans(),
    }
)


@settings(max_examples=80, deadline=None)
@given(backend=backends, pin=st.sampled_from([None, *NAMES]))
def test_a_member_is_at_a_branch_that_exists_or_there_is_no_plan(
    resolved: Resolved, *, backend: dict[str, Any], pin: str | None
) -> None:
    answer = resolved(pair({"branch": pin}, **backend), "frontend@topic")
    assert (answer.plan is None) == bool(answer.problems)
    if answer.plan is not None:
        first = answer.plan.members[0]
        assert short_name(first.ref) in backend["branches"]
        assert pin is None or short_name(first.ref) == pin
        assert pin or "topic" not in backend["branches"] or first.rule == "same_name"
        shuffled = {**backend, "branches": list(reversed(backend["branches"]))}
        assert resolved(pair({"branch": pin}, **shuffled), "frontend@topic") == answer
