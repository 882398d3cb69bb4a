"""Suggest what a mistyped name may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question to begin a hint with, ending in a blank; empty where nothing is near."""
    near = get_close_matches(name, sorted(names), n=1)
    return f"did you mean {near[0]}? " if near else ""
