"""Which refs are in force: a branch must be missed twice, ten minutes apart, and a failed listing teaches nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lifecycle.refs_in_force import GRACE, in_force, is_gone
from reconciler.model.ids import Commit, Ref, branch_ref
from reconciler.model.refs import KnownRefs, Listing, RefTable

MAIN, TOPIC = branch_ref("main"), branch_ref("topic")
Listings = Callable[..., Listing]


def told(*listings: Listing, known: KnownRefs | None = None) -> tuple[RefTable, KnownRefs]:
    """What a row of successful listings leaves."""
    table = RefTable({}, None, None)
    for listing in listings:
        table, learned = in_force(known, listing, failure=None, now=listing.at)
        known = learned
    assert known is not None
    return table, known


def test_a_listing_is_in_force_as_it_is(listing: Listings, noon: datetime) -> None:
    table, known = told(listing("main", "topic"))
    assert {ref: state.missing_since for ref, state in table.refs.items()} == {MAIN: None, TOPIC: None}
    assert (table.head, table.listed_at, table.failure, table.began) == (MAIN, noon, None, noon)
    assert known.listing == listing("main", "topic")


def test_a_branch_that_vanishes_stays_in_force_with_its_last_commit(listing: Listings, commit: Callable[[str], Commit]) -> None:
    table, _ = told(listing("main", "topic"), listing("main", minutes=1))
    assert table.commit(TOPIC) == commit("topic")
    assert table.refs[TOPIC].missing_since == listing(minutes=1).at
    assert not is_gone(table, TOPIC)


def test_a_branch_is_in_force_until_it_was_missed_twice_ten_minutes_apart(listing: Listings) -> None:
    rows = {1: False, 5: False, 10.9: False, 11: True, 90: True}
    for minutes, gone in rows.items():
        table, _ = told(listing("main", "topic"), listing("main", minutes=1), listing("main", minutes=minutes))
        assert is_gone(table, TOPIC) is gone, minutes
        assert (TOPIC in table.refs) is not gone
        assert (TOPIC in (table.gone or {})) is gone


def test_one_long_silence_and_one_miss_is_not_death(listing: Listings) -> None:
    table, _ = told(listing("main", "topic"), listing("main", minutes=600))
    assert not is_gone(table, TOPIC)


def test_the_same_listing_shown_again_later_is_still_one(listing: Listings) -> None:
    once = listing("main", minutes=1)
    _, known = told(listing("main", "topic"), once)
    table, _ = in_force(known, once, failure=None, now=once.at + timedelta(hours=2))
    assert not is_gone(table, TOPIC)


def test_a_branch_that_comes_back_has_a_new_grace(listing: Listings) -> None:
    table, _ = told(
        listing("main", "topic"),
        listing("main", minutes=1),
        listing("main", "topic", minutes=5),
        listing("main", minutes=12),
    )
    assert table.refs[TOPIC].missing_since == listing(minutes=12).at


def test_a_forced_push_is_just_a_new_commit(listing: Listings, noon: datetime) -> None:
    pushed = Listing({MAIN: Commit("f" * 40)}, MAIN, noon + timedelta(minutes=1))
    table, _ = told(listing("main"), pushed)
    assert table.commit(MAIN) == "f" * 40
    assert table.refs[MAIN].missing_since is None


def test_a_failed_listing_leaves_the_last_known_refs_in_force(listing: Listings, noon: datetime) -> None:
    _, known = told(listing("main", "topic"), listing("main", minutes=1))
    table, learned = in_force(known, None, failure="timed out", now=noon + timedelta(days=3))
    assert learned is None
    assert set(table.refs) == {MAIN, TOPIC}
    assert (table.failure, table.listed_at) == ("timed out", listing(minutes=1).at)
    assert not is_gone(table, TOPIC)


def test_a_repository_that_was_never_listed_has_no_refs_and_no_date(noon: datetime) -> None:
    table, learned = in_force(None, None, failure="no route to host", now=noon)
    assert learned is None
    assert not table.known
    assert table.refs == {}
    assert not is_gone(table, MAIN)


def test_a_renamed_default_branch_is_followed_at_once(listing: Listings) -> None:
    table, _ = told(listing("master", head="master"), listing("main", minutes=1, head="main"))
    assert table.head == MAIN
    assert table.refs[branch_ref("master")].missing_since is not None


def test_the_default_branch_is_held_while_it_is_only_missing(listing: Listings) -> None:
    first = listing("main", "topic")
    rows: dict[float, Ref | None] = {1: MAIN, 10: MAIN, 11: None}
    for minutes, head in rows.items():
        table, _ = told(first, listing("topic", head=None, minutes=1), listing("topic", head=None, minutes=minutes))
        assert table.head == head, minutes


def test_a_clock_set_back_restarts_the_grace(listing: Listings) -> None:
    table, _ = told(listing("main", "topic", minutes=100), listing("main", minutes=101), listing("main", minutes=3))
    assert table.refs[TOPIC].missing_since == listing(minutes=3).at


def test_what_is_gone_is_forgotten_after_days_and_stays_gone(listing: Listings) -> None:
    week = 60 * 24 * 8
    table, known = told(listing("main", "topic"), listing("main", minutes=1), listing("main", minutes=week))
    assert known.vanished == {}
    assert is_gone(table, TOPIC)


def test_a_lost_memory_restarts_the_grace_of_branches_it_never_saw(listing: Listings) -> None:
    table, known = told(listing("main"))
    assert not is_gone(table, TOPIC)
    table, _ = told(listing("main", minutes=10), known=known)
    assert is_gone(table, TOPIC)


names = st.sets(st.sampled_from(["main", "topic", "feature/a", "feature/b"]))
steps = st.lists(st.tuples(st.one_of(st.none(), names), st.integers(0, 12)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(steps=steps)
def test_nothing_is_ever_gone_without_two_good_listings_a_grace_apart(
    listing: Listings, noon: datetime, steps: list[tuple[set[str] | None, int]]
) -> None:
    known: KnownRefs | None = None
    seen: list[Listing] = []
    minutes = 0
    for branches, later in steps:
        minutes += later
        now = noon + timedelta(minutes=minutes)
        fresh = None if branches is None else listing(*branches, minutes=minutes)
        table, learned = in_force(known, fresh, failure=None if fresh else "down", now=now)
        assert (learned is None) == (fresh is None)
        known = learned or known
        seen += [fresh] if fresh else []
        for ref in (branch_ref(name) for name in ("main", "topic", "feature/a", "feature/b")):
            assert is_gone(table, ref) == (fresh is not None and _missed_long_enough(seen, ref))


def _missed_long_enough(seen: list[Listing], ref: Ref) -> bool:
    """The rule of the design, said over the whole row of listings."""
    misses: list[datetime] = []
    for listing in reversed(seen):
        if ref in listing.refs:
            break
        misses.append(listing.at)
    return bool(misses) and misses[0] - misses[-1] >= GRACE
