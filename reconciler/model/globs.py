"""Globs over branch names: `**` as a whole segment crosses slashes, `*` does not, `!x` means anything but x."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.model.errors import BadValue

if TYPE_CHECKING:
    from wcmatch.glob import WcMatcher

_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class RefGlob:
    """One pattern, compiled alone: a list of patterns is an OR of its entries, never an exclusion (Release, [S2]).

    Raises `BadValue` where the pattern cannot be compiled.
    """

    pattern: str
    _matcher: "WcMatcher[str]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.pattern.removeprefix("!"):
            raise BadValue(f"glob {self.pattern!r} is empty")
        if self.pattern.count("[") != self.pattern.count("]"):
            raise BadValue(f"glob {self.pattern!r} has a bracket that is not closed")
        object.__setattr__(self, "_matcher", _compiled(self.pattern))

    def matches(self, name: str) -> bool:
        """Whether the branch name, without `refs/heads/`, matches."""
        return bool(self._matcher.match(name))


def _compiled(pattern: str) -> "WcMatcher[str]":
    """The library is loaded with the first glob, for it takes as long as checking a repository that has none."""
    from wcmatch import glob
    from wcmatch._wcparse import PatternLimitException

    flags = glob.GLOBSTAR | glob.BRACE | glob.NEGATE | glob.NEGATEALL | glob.DOTGLOB | glob.FORCEUNIX | glob.CASE
    try:
        return glob.compile(pattern, flags=flags, limit=_LIMIT)
    except (ValueError, PatternLimitException) as error:
        raise BadValue(f"glob {pattern!r} cannot be compiled: {error}") from error
