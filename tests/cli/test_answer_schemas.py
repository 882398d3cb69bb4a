"""The schemas of answers: one for every command that answers as JSON, each complete, closed and in the words of the model."""

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from reconciler.cli.answer_schemas import Answer, answer_schema
from reconciler.cli.main import cli
from reconciler.model.change import Operation
from reconciler.model.configuration import WorkflowName
from reconciler.model.environment import LifeState
from reconciler.model.importplan import BranchRule
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.plan import HoldKind
from reconciler.model.problem import Severity
from reconciler.model.run import Outcome, StageState
from reconciler.model.windows import Gate, Level, State
from reconciler.plan.status import Standing
from reconciler.reconcile.passes import PassOutcome
from tests.answers import keys_of
from tests.architecture.test_documents import leaves

if TYPE_CHECKING:
    from tests.conftest import Village

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/json.md"
FILES = sorted((ROOT / "reconciler/cli/answers").iterdir())
WORDS: dict[str, type[StrEnum]] = {
    "identity.type": EnvironmentType,
    "head.state": LifeState,
    "life.life": LifeState,
    "sleep.state": State,
    "override.state": State,
    "considered.level": Level,
    "gate.gate": Gate,
    "turn.gate": Gate,
    "closed.gate": Gate,
    "hold.gate": Gate,
    "hold.kind": HoldKind,
    "problem.severity": Severity,
    "member.rule": BranchRule,
    "rejected.rule": BranchRule,
    "changes.workflow": WorkflowName,
    "run.workflow": WorkflowName,
    "stage.workflow": WorkflowName,
    "stage.state": StageState,
    "run.outcome": Outcome,
    "outcome.outcome": PassOutcome,
    "said.outcome": PassOutcome,
    "change.operation": Operation,
    "standing.standing": Standing,
}
"""By property, whose words it has."""


def parts() -> dict[str, Any]:
    """Every part of every file, by its name."""
    return {name: part for file in FILES for name, part in json.loads(file.read_text())["$defs"].items()}


def names_in(schema: Any) -> set[str]:
    """The parts that a schema names."""
    return set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))


def answers_as_json(command: click.Command) -> bool:
    """Whether the command has `--output json`."""
    forms = [one.type for one in command.params if "--output" in one.opts]
    return any(isinstance(form, click.Choice) and "json" in form.choices for form in forms)


def test_every_command_that_answers_as_json_has_a_schema() -> None:
    commands = {name.replace(" ", "-") for name, command in leaves(cli).items() if answers_as_json(command)}
    assert commands == {answer.value for answer in Answer}


@pytest.mark.parametrize("answer", Answer)
def test_each_schema_is_printed_and_stands_alone(village: "Village", answer: Answer) -> None:
    printed = village.call("schema", answer.value)
    assert (printed.code, printed.out) == (0, answer_schema(answer))
    schema = json.loads(printed.out)
    assert names_in(schema) == set(schema["$defs"])
    assert {"version"} <= set(keys_of(schema, schema["$defs"]))


def test_no_two_parts_have_one_name_and_each_is_of_use() -> None:
    names = [name for file in FILES for name in json.loads(file.read_text())["$defs"]]
    assert sorted(names) == sorted(set(names))
    used = {name for answer in Answer for name in json.loads(answer_schema(answer))["$defs"]}
    assert set(names) - used == {answer.value for answer in Answer}


def test_no_mapping_may_lack_a_key_or_have_another() -> None:
    open_ones = {name for part in parts().values() for name in names_in(part.get("allOf", []))}
    for name, part in parts().items():
        closed = part.get("additionalProperties", part.get("unevaluatedProperties", True)) is False
        assert closed is (("properties" in part or "allOf" in part) and name not in open_ones), name
        assert list(part.get("properties", {})) == part.get("required", [])
        assert not open_ones & names_in({key: value for key, value in part.items() if key != "allOf"})


def test_every_key_is_described() -> None:
    for part in parts().values():
        assert all("description" in one or "$ref" in one for one in (part, *part.get("properties", {}).values()))


def test_the_schemas_have_the_words_of_the_model() -> None:
    found = {
        f"{name}.{key}": [word for word in one["enum"] if word is not None]
        for name, part in parts().items()
        for key, one in part.get("properties", {}).items()
        if "enum" in one
    }
    turns = found.pop("turn.to")
    assert turns == ["awake", "asleep", "open", "closed"]
    assert {key: set(words) for key, words in found.items()} == {key: set(enumeration) for key, enumeration in WORDS.items()}


def test_the_page_names_every_answer_and_every_key() -> None:
    text = PAGE.read_text()
    page = set(re.findall(r"[a-z_]+", text))
    assert {key for part in parts().values() for key in part.get("properties", {})} <= page
    assert [answer for answer in Answer if f"`{answer}`" not in text] == []
