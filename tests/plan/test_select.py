"""The environments that a person means: declared name, branch, full ref or namespace."""

from types import MappingProxyType

import pytest

from reconciler.lifecycle.identity import identify
from reconciler.model.environment import Life, LifeState
from reconciler.model.errors import Missing
from reconciler.model.ids import AppName, branch_ref
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, whole_file
from reconciler.model.reason import Reason
from reconciler.model.settings import EnvironmentRule
from reconciler.plan.select import select

HERE = whole_file(Origin("config.yaml"))
NONE = MappingProxyType[str, str]({})


def life(application: str, branch: str, name: str | None = None) -> Life:
    """An environment of a branch, declared by name where one is given."""
    rule = EnvironmentRule(
        place=HERE,
        type=EnvironmentType.EPHEMERAL,
        name=name,
        branch=branch if name else None,
        parameters=NONE,
        variables=NONE,
    )
    environment = identify(AppName(application), rule, ref=branch_ref(branch))
    return Life(environment, LifeState.LIVE, Reason("it is there"))


LIVES = (
    life("frontend", "main", "production"),
    life("frontend", "stable", "main"),
    life("frontend", "feature/login"),
    life("frontend", "refs/heads/odd"),
    life("backend", "main", "production"),
)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("frontend/production", "frontend/production"),
        ("frontend/main", "frontend/main"),
        ("frontend/stable", "frontend/main"),
        ("frontend/refs/heads/main", "frontend/production"),
        ("frontend/feature/login", "frontend/feature/login"),
        ("frontend/refs/heads/feature/login", "frontend/feature/login"),
        ("frontend/refs/heads/odd", "frontend/refs/heads/odd"),
        ("backend/production", "backend/production"),
        (LIVES[2].environment.namespace, "frontend/feature/login"),
    ],
)
def test_a_name_means_one_environment(name: str, wanted: str) -> None:
    assert [str(one.environment) for one in select(LIVES, [name])] == [wanted]


def test_no_name_means_all_and_names_keep_the_order_of_the_environments() -> None:
    assert select(LIVES, []) == LIVES
    assert select(LIVES, ["backend/production", "frontend/production", "frontend/production"]) == (LIVES[0], LIVES[4])


def test_every_unknown_name_is_told_with_the_one_that_is_meant() -> None:
    with pytest.raises(Missing) as error:
        select(LIVES, ["frontend/prodction", "frontend/production", "nothing"])
    assert error.value.message == (
        "frontend/prodction is no environment (did you mean frontend/production?); nothing is no environment"
    )
