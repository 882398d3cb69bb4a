"""In which order changes are carried out."""

from collections.abc import Sequence
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.diff.compare import compare
from reconciler.diff.order import in_waves
from reconciler.model.change import Change
from reconciler.model.rendered import Wave


def order(changes: Sequence[Change]) -> list[str]:
    """Operation and object of each change."""
    return [f"{change.operation} {change.key}" for change in changes]


def test_waves_go_first_to_last_and_deletions_from_the_leaves(build: SimpleNamespace) -> None:
    api, db, seed, lost = (
        build.desired(build.manifest(kind, name))
        for kind, name in [
            ("Deployment", "api"),
            ("Service", "db"),
            ("Job", "seed"),
            ("ConfigMap", "lost"),
        ]
    )
    gone = [build.desired(build.manifest(kind, "old")) for kind in ("ConfigMap", "Deployment", "Ingress", "Service")]
    waves = [Wave("db", None, (db.key,)), Wave("seed", None, (seed.key,)), Wave("api", None, (api.key,))]
    changes = compare([api, db, seed, lost], build.as_live([db, *gone]), scope=build.scope())
    assert order(in_waves(changes, waves)) == [
        "keep Service db",
        "create Job seed",
        "create Deployment api",
        "create ConfigMap lost",
        "delete Ingress old",
        "delete Deployment old",
        "delete Service old",
        "delete ConfigMap old",
    ]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_order_does_not_depend_on_the_order_of_what_comes_in(data: st.DataObject, build: SimpleNamespace) -> None:
    kinds = ("Deployment", "Service", "Secret", "Ingress")
    objects = [build.desired(build.manifest(kind, name)) for kind in kinds for name in ("a", "b")]
    wanted, there = (
        data.draw(st.lists(st.sampled_from(objects), unique_by=str)),
        data.draw(st.lists(st.sampled_from(objects), unique_by=str)),
    )
    waves = [Wave("all", None, tuple(want.key for want in wanted[::2]))]
    first = in_waves(compare(wanted, build.as_live(there), scope=build.scope()), waves)
    mixed = in_waves(
        compare(data.draw(st.permutations(wanted)), build.as_live(data.draw(st.permutations(there))), scope=build.scope()), waves
    )
    assert first == mixed
    assert {change.key for change in first} == {each.key for each in (*wanted, *there)}
