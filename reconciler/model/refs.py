"""What is known of a repository's refs: one listing, what was known before, and the refs in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.ids import Commit, Ref


@dataclass(frozen=True, slots=True)
class Listing:
    """One successful listing of a remote: its branches and tags with their commits (tags peeled), and what `HEAD` names."""

    refs: Mapping[Ref, Commit]
    head: Ref | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Vanished:
    """A ref that a successful listing no longer has, with its last commit."""

    commit: Commit
    since: datetime


@dataclass(frozen=True, slots=True)
class KnownRefs:
    """What successful listings have told so far; kept in the store.

    `began` is when the first of them was made, `None` where that was not kept. Losing the store moves it to now, which restarts
    every grace (design 5.3).
    """

    listing: Listing
    vanished: Mapping[Ref, Vanished]
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefState:
    """A ref in force. `missing_since` is set while it is gone from the listings but within its grace (design 5.3)."""

    commit: Commit
    missing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefTable:
    """The refs in force of one repository.

    `listed_at` is when the last successful listing was made; `failure` says why the newest one failed, and then the
    refs are the last known ones, stale (design 6.9). `gone` holds refs whose grace is over: their environments die. `began`
    is since when listings are remembered: a ref that none of them ever had is gone once they reach back over a whole grace.
    """

    refs: Mapping[Ref, RefState]
    head: Ref | None
    listed_at: datetime | None
    failure: str | None = None
    gone: Mapping[Ref, Vanished] | None = None
    began: datetime | None = None

    def commit(self, ref: Ref) -> Commit | None:
        """The commit of the ref in force, or `None` where there is no such ref."""
        state = self.refs.get(ref)
        return state.commit if state else None

    @property
    def known(self) -> bool:
        """Whether anything was ever learned of this repository."""
        return self.listed_at is not None


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """What birth asks of a branch's head: when it was committed, and whether it holds a readable `.release.yaml`.

    `unreadable` is `None` for a readable one, else the reason in words.
    """

    committed_at: datetime
    unreadable: str | None
