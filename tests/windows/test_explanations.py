"""What a person is told: the situations of `explanations/`, each with its declarations, its instant and every sentence."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin
from reconciler.model.windows import Declarations, EnvironmentFacts, Gate, Level, State, WindowOverride, joined
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, plain
from reconciler.spec.reader import read
from reconciler.spec.schedules import read_schedules, read_windows
from reconciler.windows.gates import gate_state
from reconciler.windows.state import state
from reconciler.windows.words import explain

CASES = sorted((Path(__file__).parent / "explanations").glob("*.yaml"))


def instant(text: str) -> datetime:
    """`2026-11-20T03:00Z`."""
    return datetime.fromisoformat(text)


def case_of(path: Path) -> dict[str, Any]:
    """One situation."""
    reading = read(path.read_bytes(), Origin(path.name))
    assert reading.problems == ()
    assert isinstance(reading.root, MappingNode)
    case = plain(reading.root)
    assert isinstance(case, dict)
    return case


def declarations(case: dict[str, Any]) -> Declarations:
    """What operator, rule and application of a case declare."""
    parts = [_of_config(case.get("operator"), Level.BINDING), _of_config(case.get("rule"), Level.ENVIRONMENT)]
    if "application" in case:
        origin = Origin(".release/schedules.yaml", AppName(case.get("declared by", "frontend")))
        declared, problems = read_schedules(case["application"].encode(), origin)
        assert declared is not None, problems
        parts.append(declared)
    return joined(*parts)


def _of_config(text: str | None, level: Level) -> Declarations:
    if text is None:
        return Declarations()
    name = "config.yaml" if level is Level.BINDING else "config.yaml environments"
    root = read(text.encode(), Origin(name)).root
    assert isinstance(root, MappingNode)
    findings = Findings()
    declared = read_windows(Fields(root, findings), level=level)
    assert findings.problems == ()
    return declared


def facts(case: dict[str, Any]) -> EnvironmentFacts:
    """The environment of a case."""
    kind, branch = case.get("environment", "ephemeral feature/login").split()
    return EnvironmentFacts(AppName("frontend"), branch, EnvironmentType(kind), case.get("may_pause", False))


def overrides(case: dict[str, Any]) -> tuple[WindowOverride, ...]:
    """What people of a case said."""
    return tuple(
        WindowOverride(
            State(one["state"]),
            instant(one["begins"]),
            instant(one["until"]) if "until" in one else None,
            one["author"],
            one["reason"],
            instant(one["withdrawn"]) if "withdrawn" in one else None,
        )
        for one in case.get("overrides", ())
    )


def explained(case: dict[str, Any]) -> list[str]:
    """What the room says of a case."""
    declared, now = declarations(case), instant(case["at"])
    if "gate" in case:
        return list(explain(gate_state(declared, facts(case), gate=Gate(case["gate"]), now=now)))
    return list(explain(state(declared, facts(case), overrides=overrides(case), now=now)))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in CASES])
def test_the_situation_is_explained_as_its_file_says(path: Path) -> None:
    case = case_of(path)
    assert explained(case) == case["says"]


def test_there_are_fifty_situations_and_one_declaration_at_most_decides() -> None:
    assert len(CASES) >= 50
    for path in CASES:
        says = case_of(path)["says"]
        assert sum(line.startswith("→") for line in says) <= 1
        assert all(line.startswith(("→ ", "  ")) for line in says[1:])
