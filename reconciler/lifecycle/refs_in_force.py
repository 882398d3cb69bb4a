"""The refs in force: what the last good listing told, and what vanished from it but is still within its grace."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.model.ids import Ref
from reconciler.model.refs import KnownRefs, Listing, RefState, RefTable, Vanished

GRACE: Final = timedelta(minutes=10)
"""How far apart two listings must miss a ref before it is gone (design 5.3)."""

_MEMORY: Final = timedelta(days=7)
_UNASKED: Final = "it was not asked"


def in_force(
    known: KnownRefs | None, listing: Listing | None, *, failure: str | None, now: datetime
) -> tuple[RefTable, KnownRefs | None]:
    """The refs in force, and what is to be remembered; `None` where nothing was learned.

    `listing` is `None` for a listing that failed, and `failure` then says why: the last known refs stay in force and nothing
    advances, however much time passes. Times are those of the listings, so one listing shown twice is still one.
    """
    if listing is None:
        failure = failure or _UNASKED
        return (_table(known, failure) if known else RefTable({}, None, None, failure)), None
    learned = _learn(known, listing, now=now)
    return _table(learned, None), learned


def is_gone(table: RefTable, ref: Ref) -> bool:
    """Whether two good listings at least a grace apart both missed the ref.

    A ref that no remembered listing ever had counts from when remembering began. Never true of a repository that did not answer.
    """
    if table.failure is not None or table.listed_at is None or ref in table.refs:
        return False
    if table.gone is not None and ref in table.gone:
        return True
    return table.began is not None and table.listed_at - table.began >= GRACE


def _learn(known: KnownRefs | None, listing: Listing, *, now: datetime) -> KnownRefs:
    if known is None:
        return KnownRefs(listing, {}, listing.at)
    vanished = {ref: miss for ref, miss in _missing(known, listing).items() if now - miss.since < _MEMORY}
    head = _head(known, listing, vanished=vanished)
    began = min(known.began or known.listing.at, listing.at)
    return KnownRefs(replace(listing, head=head), vanished, began)


def _missing(known: KnownRefs, listing: Listing) -> Mapping[Ref, Vanished]:
    """What was known and is not listed; a first miss is noted as of this listing, a clock set back restarts the grace."""
    vanished: dict[Ref, Vanished] = {}
    for ref, miss in known.vanished.items():
        if ref not in listing.refs:
            vanished[ref] = Vanished(miss.commit, min(miss.since, listing.at))
    for ref, commit in known.listing.refs.items():
        if ref not in listing.refs:
            vanished[ref] = Vanished(commit, listing.at)
    return vanished


def _head(known: KnownRefs, listing: Listing, *, vanished: Mapping[Ref, Vanished]) -> Ref | None:
    """The default branch: as listed, or the one before while it is itself only missing."""
    if listing.head in listing.refs:
        return listing.head
    before = known.listing.head
    if before is None or before in listing.refs:
        return before
    return before if before in vanished and not _over(vanished[before], listing.at) else listing.head


def _table(known: KnownRefs, failure: str | None) -> RefTable:
    at = known.listing.at
    refs = {ref: RefState(commit) for ref, commit in known.listing.refs.items()}
    gone: dict[Ref, Vanished] = {}
    for ref, miss in known.vanished.items():
        if _over(miss, at):
            gone[ref] = miss
        else:
            refs[ref] = RefState(miss.commit, miss.since)
    return RefTable(refs, known.listing.head, at, failure, gone, known.began or at)


def _over(miss: Vanished, at: datetime) -> bool:
    return at - miss.since >= GRACE
