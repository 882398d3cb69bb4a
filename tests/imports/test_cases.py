"""The worked examples of `cases/`: applications on top, below them who joins whom at which branch by which rule."""

import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.imports.resolve import Resolution
from reconciler.model.ids import short_name
from reconciler.model.importplan import Member

CASES = {path.stem: runpy.run_path(str(path)) for path in sorted((Path(__file__).parent / "cases").glob("*.py"))}
PLANS = [pytest.param(case, label, id=f"{name}-{label}") for name, case in CASES.items() for label in case["PLANS"]]


def told(member: Member) -> str:
    """`backend main default`, with `aborted` where it is."""
    return f"{member.application} {short_name(member.ref)} {member.rule}{' aborted' if member.aborted else ''}"


@pytest.mark.parametrize(("case", "label"), PLANS)
def test_the_members_join_as_the_example_says(
    case: Mapping[str, Any], label: str, *, resolved: Callable[..., Resolution]
) -> None:
    plan = resolved(case["APPLICATIONS"], label).plan
    assert plan is not None
    assert [told(member) for member in plan.members] == case["PLANS"][label]


@pytest.mark.parametrize(("case", "label"), PLANS)
def test_every_member_says_why_and_why_not_otherwise(
    case: Mapping[str, Any], label: str, *, resolved: Callable[..., Resolution]
) -> None:
    plan = resolved(case["APPLICATIONS"], label).plan
    assert plan is not None
    for member in plan.members:
        assert member.reason.text
        rules = [rejected.rule for rejected in member.rejected]
        assert member.rule not in rules
        assert len(set(rules)) == len(rules)
