"""Plans that delete too much wait for a person."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from reconciler.diff.compare import compare
from reconciler.diff.guard import guard
from reconciler.model.place import Origin, Place
from reconciler.model.plan import HoldKind
from reconciler.model.settings import PruneLimits

LIMITS = PruneLimits(place=Place(Origin("config.yaml"), 1, 1, 1, 1), at_most=20, at_most_percent=30)
ADVICE = "; if that is not meant, bring back what was removed"


@pytest.fixture
def held(build: SimpleNamespace) -> Callable[..., list[str]]:
    """`held(kept, gone, kind=…, teardown=…)`: the reasons when so many objects stay and so many go."""

    def _held(kept: int, gone: int, *, kind: str = "ConfigMap", teardown: bool = False) -> list[str]:
        staying = [build.desired(build.manifest("Service", f"s{number:02}")) for number in range(kept)]
        going = [build.desired(build.manifest(kind, f"g{number:02}")) for number in range(gone)]
        live = build.as_live([*staying, *going])
        changes = compare([] if teardown else staying, live, scope=build.scope(teardown=teardown))
        holds = guard(changes, live, limits=LIMITS, teardown=teardown)
        assert {hold.kind for hold in holds} <= {HoldKind.PERSON}
        return [hold.reason.text for hold in holds]

    return _held


@pytest.mark.parametrize(
    ("kept", "gone"),
    [(0, 0), (5, 0), (1, 8), (7, 3), (50, 20)],
    ids=["nothing there", "nothing goes", "below ten objects no share counts", "exactly the share", "exactly the number"],
)
def test_little_is_deleted_without_asking(held: Callable[..., list[str]], kept: int, gone: int) -> None:
    assert held(kept, gone) == []


def test_more_than_the_share_waits(held: Callable[..., list[str]]) -> None:
    names = "ConfigMap g00, ConfigMap g01, ConfigMap g02, ConfigMap g03"
    assert held(6, 4) == [f"4 of 10 objects would be deleted ({names}), more than `prune.at_most_percent: 30` allows{ADVICE}"]


def test_more_than_the_number_waits(held: Callable[..., list[str]]) -> None:
    (reason,) = held(60, 21)
    assert reason.startswith("21 of 81 objects would be deleted (ConfigMap g00, ")
    assert reason.endswith(f"ConfigMap g04 and 16 more), more than `prune.at_most: 20` allows{ADVICE}")


def test_an_empty_wish_waits_however_little_is_there(held: Callable[..., list[str]]) -> None:
    assert held(0, 2) == [
        f"nothing is wanted any more, and all 2 objects would be deleted (ConfigMap g00, ConfigMap g01){ADVICE}"
    ]


@pytest.mark.parametrize("kind", ["PersistentVolumeClaim", "Namespace"])
def test_what_holds_data_waits_outside_a_teardown(held: Callable[..., list[str]], kind: str) -> None:
    assert held(5, 1, kind=kind) == [f"{kind} g00 would be deleted outside a teardown, and what it holds with it{ADVICE}"]
    assert held(5, 1, kind=kind, teardown=True) == []


def test_jobs_are_neither_counted_nor_held(held: Callable[..., list[str]]) -> None:
    assert held(0, 40, kind="Job") == []
    assert held(6, 40, kind="Job") == []


def test_a_teardown_deletes_all_without_asking(held: Callable[..., list[str]]) -> None:
    assert held(40, 40, teardown=True) == []
