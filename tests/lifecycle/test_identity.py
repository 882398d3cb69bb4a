"""Environments are the same on any machine, and never share a namespace with each other or with the cluster's own."""

import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lifecycle.identity import identify
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, Ref, branch_ref
from reconciler.model.names import is_label
from reconciler.model.settings import EnvironmentRule

Rules = Callable[..., EnvironmentRule]


def made(application: str, rule: EnvironmentRule, branch: str) -> Environment:
    """The environment of a branch."""
    return identify(AppName(application), rule, ref=branch_ref(branch))


def test_an_environment_is_computed_and_not_drawn(rule: Rules) -> None:
    environment = made("frontend", rule(globs=("**",)), "feature/new")
    assert environment.id == "t2shnp45"
    assert environment.namespace == "frontend-t2shnp45"
    assert environment.name is None


def test_a_declared_name_stays_the_same_environment_on_another_branch(rule: Rules) -> None:
    one = made("frontend", rule(name="production", branch="main"), "main")
    other = made("frontend", rule(name="production", branch="release"), "release")
    assert (one.id, one.namespace, one.name) == (other.id, other.namespace, "production")
    assert one.ref != other.ref


def test_a_name_and_a_branch_of_that_name_are_two_environments(rule: Rules) -> None:
    named = made("frontend", rule(name="main", branch="main"), "main")
    assert named.id != made("frontend", rule(globs=("**",)), "main").id


def test_applications_and_branches_have_ids_of_their_own(rule: Rules) -> None:
    every = rule(globs=("**",))
    ids = {made(application, every, branch).id for application in ("a", "b", "A") for branch in ("x", "X", "x/y", "x-y")}
    assert len(ids) == 12


def test_branches_whose_names_are_no_text_have_ids_of_their_own(rule: Rules) -> None:
    raw = [Ref(b"refs/heads/caf\xe9"), Ref("refs/heads/café".encode()), Ref(b"refs/heads/caf\xff")]
    assert len({identify(AppName("frontend"), rule(globs=("**",)), ref=ref).id for ref in raw}) == 3


def test_a_namespace_never_takes_a_name_that_belongs_to_others(rule: Rules) -> None:
    for application in ("kube", "kube-system", "Kube_Public", "reconciler-system", "default", "reconciler"):
        namespace = made(application, rule(globs=("**",)), "main").namespace
        assert not namespace.startswith("kube-")
        assert namespace not in {"reconciler-system", "default"}


def test_an_application_without_letters_still_has_a_namespace(rule: Rules) -> None:
    assert made("日本", rule(globs=("**",)), "main").namespace.startswith("app-t")


def test_two_long_names_that_begin_alike_stay_apart(rule: Rules) -> None:
    every = rule(globs=("**",))
    long = "a" * 80
    assert made(f"{long}x", every, "main").namespace != made(f"{long}y", every, "main").namespace


@settings(max_examples=80, deadline=None)
@given(application=st.text(min_size=1, max_size=90), branch=st.text(min_size=1, max_size=30))
def test_every_namespace_is_a_label_that_ends_in_the_id(rule: Rules, application: str, branch: str) -> None:
    environment = made(application, rule(globs=("**",)), branch)
    assert re.fullmatch(r"t[a-z2-7]{7}", environment.id)
    assert is_label(environment.namespace)
    assert environment.namespace.endswith(f"-{environment.id}")
