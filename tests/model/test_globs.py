"""Globs over branch names: each compiled alone, negation means anything but."""

import pytest

from reconciler.model.errors import BadValue
from reconciler.model.globs import RefGlob


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("main", "main", True),
        ("main", "maintenance", False),
        ("releases/**", "releases/10/20", True),
        ("releases/**", "releases/1", True),
        ("releases/*", "releases/1", True),
        ("releases/*", "releases/10/20", False),
        ("*", "main", True),
        ("*", "feature/x", False),
        ("**", "feature/x/y", True),
        ("!main", "main", False),
        ("!main", "releases/10/20", True),
        ("{main,releases/**}", "releases/1", True),
        ("{main,releases/**}", "develop", False),
        ("feature/#%test/rrr-", "feature/#%test/rrr-", True),
        ("feature/**", "feature/.hidden/x", True),
        ("Main", "main", False),
        ("v[0-9]*", "v12", True),
    ],
)
def test_a_glob_matches(pattern: str, name: str, *, matches: bool) -> None:
    assert RefGlob(pattern).matches(name) is matches


@pytest.mark.parametrize("pattern", ["", "!", "[", "a[b", "{1..100000}"])
def test_what_cannot_be_compiled_is_refused(pattern: str) -> None:
    with pytest.raises(BadValue):
        RefGlob(pattern)


def test_a_hostile_pattern_ends_soon() -> None:
    assert not RefGlob("*a" * 12 + "b").matches("a" * 40)


def test_globs_are_compared_by_what_is_written() -> None:
    assert RefGlob("main") == RefGlob("main")
    assert RefGlob("main") != RefGlob("develop")
