"""Paths into manifests: field names, with `[]` for the entries of a list, and patterns over them."""

from typing import Final

Path = tuple[str, ...]
"""`("spec", "containers", "[]", "image")`; every entry of a list has the same path."""

Pattern = tuple[str, ...]
"""A path in which `*` stands for any one field name."""

ENTRY: Final = "[]"
ANY: Final = "*"


def pattern(text: str) -> Pattern:
    """`spec.containers[].resources.limits.*` as a pattern; field names in patterns hold no dots."""
    return tuple(text.replace(ENTRY, f".{ENTRY}").split("."))


def patterns(*texts: str) -> tuple[Pattern, ...]:
    """Each text as a pattern."""
    return tuple(pattern(text) for text in texts)


def matches(pattern: Pattern, path: Path) -> bool:
    """Whether the pattern covers exactly this path."""
    return len(pattern) == len(path) and reaches(pattern, path)


def reaches(pattern: Pattern, path: Path) -> bool:
    """Whether the pattern covers this path or one above it."""
    if len(pattern) > len(path):
        return False
    return all(expected in {ANY, actual} for expected, actual in zip(pattern, path, strict=False))
