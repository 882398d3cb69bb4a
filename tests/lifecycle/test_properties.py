"""What holds of every judgement, whatever the world looks like."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lifecycle.judge import judge
from reconciler.lifecycle.refs_in_force import in_force
from reconciler.model.environment import Life, LifeState
from reconciler.model.ids import Commit
from reconciler.model.record import Record
from reconciler.model.refs import HeadFacts, KnownRefs, Listing, RefTable
from reconciler.model.settings import Application, EnvironmentRule

BRANCHES = ("main", "topic", "feature/a", "feature/b", "feature/c")
branches = st.lists(st.sampled_from(BRANCHES), unique=True)


def judged(application: Application, table: RefTable, *, records: list[Record], heads: list[Commit]) -> tuple[Life, ...]:
    """The lives at an instant long after every grace."""
    now = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    facts = {commit: HeadFacts(now - timedelta(minutes=int(commit[:2], 16) % 3), None) for commit in heads}
    mine = {record.environment: record for record in records}
    return judge(application, table, facts=facts, records=mine, tombstones=(), now=now)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_order_of_what_is_given_never_changes_the_answer(
    application: Callable[..., Application],
    rule: Callable[..., EnvironmentRule],
    *,
    record: Callable[..., Record],
    table: Callable[..., RefTable],
    commit: Callable[[str], Commit],
    data: st.DataObject,
) -> None:
    features = rule(globs=("feature/**",), at_most=2)
    app = application(features, rule(name="production", branch="main", type="permanent"), rule(globs=("**",)))
    there, recorded = data.draw(branches), data.draw(branches)
    records = [record(app, app.environments[2], branch=branch) for branch in recorded if branch != "main"]
    heads = [commit(branch) for branch in BRANCHES]
    answer = judged(app, table(*there), records=records, heads=heads)
    again = judged(
        app,
        table(*data.draw(st.permutations(there))),
        records=data.draw(st.permutations(records)),
        heads=data.draw(st.permutations(heads)),
    )
    assert answer == again
    assert len({life.environment.id for life in answer}) == len(answer)
    assert sum(life.state is LifeState.BIRTH and life.environment.rule == features for life in answer) <= 2


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_failed_listing_ever_kills(
    application: Callable[..., Application],
    rule: Callable[..., EnvironmentRule],
    *,
    record: Callable[..., Record],
    listing: Callable[..., Listing],
    commit: Callable[[str], Commit],
    data: st.DataObject,
) -> None:
    app = application(rule(globs=("**",)))
    known: KnownRefs | None = None
    for minutes in (0, 1, 30):
        seen = listing(*data.draw(branches), minutes=minutes)
        _, learned = in_force(known, data.draw(st.sampled_from([seen, None])), failure="down", now=seen.at)
        known = learned or known
    table, _ = in_force(known, None, failure="down", now=listing(minutes=9999).at)
    records = [record(app, app.environments[0], branch=branch) for branch in BRANCHES]
    lives = judged(app, table, records=records, heads=[commit(branch) for branch in BRANCHES])
    assert {life.state for life in lives} <= {LifeState.LIVE, LifeState.REFUSED}
