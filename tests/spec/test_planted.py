"""Mistakes that are planted at any place of real files are named with their line."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

HERE = Path(__file__).resolve().parent
REST = HERE / "planted_rest.txt"
SHARE = 0.99


def module(name: str) -> ModuleType:
    """A module beside this one, for tests are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        sys.modules[name] = loaded
        spec.loader.exec_module(loaded)
    return sys.modules[name]


def plant_and_count(corpus: Path, examples: int) -> tuple[Counter[str], set[str]]:
    """How many mistakes of each kind were named or not, and those that were not."""
    planting = module("planting")
    seeds = planting.seeds(corpus)
    counts: Counter[str] = Counter()
    rest: set[str] = set()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(seeds), st.integers(0, 10_000), st.sampled_from(planting.KINDS))
    def one(seed: object, at: int, kind: str) -> None:
        planted = planting.plant(seed, at, kind)
        if planted is None:
            return
        if not planting.is_mistake(planted):
            counts[f"{kind}: still good"] += 1
        elif planting.is_named(planted, planting.said_of(planted)):
            counts[f"{kind}: named"] += 1
        else:
            counts[f"{kind}: not named"] += 1
            rest.add(f"{planted.seed.path.relative_to(corpus)}:{planted.line} {kind} at {planted.name}")

    one()
    return counts, rest


def judge(counts: Counter[str], rest: set[str]) -> None:
    """At least 99 of 100 are named, and those that are not are known."""
    named = sum(count for name, count in counts.items() if name.endswith(": named"))
    missed = sum(count for name, count in counts.items() if name.endswith("not named"))
    lines = [f"{count} {name}" for name, count in sorted(counts.items())]
    said = "\n".join([*lines, f"{named} of {named + missed} named", *sorted(rest)])
    sys.stdout.write(f"{said}\n")
    assert named >= SHARE * (named + missed)
    assert rest <= set(REST.read_text().splitlines())


def test_planted_mistakes_are_named(corpus: Path) -> None:
    counts, rest = plant_and_count(corpus, 300)
    judge(counts, rest)


@pytest.mark.slow
def test_thousands_of_planted_mistakes_are_named(corpus: Path) -> None:
    counts, rest = plant_and_count(corpus, 10_000)
    judge(counts, rest)
