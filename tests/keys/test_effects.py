"""Every key that is understood has an effect: it is there with the key, and not without it (`cases/`, a file for each key)."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from ruamel.yaml import YAML

from reconciler.spec.key_table import key_table
from reconciler.spec.schema import Format

if TYPE_CHECKING:
    from tests.keys.conftest import Bench, Outcome

ROOT: Final = Path(__file__).resolve().parent.parent.parent
CASES: Final = Path(__file__).parent / "cases"
FORMATS: Final = (Format.RELEASE, Format.TEMPLATE, Format.VARIABLES)
DOCUMENTS: Final = frozenset({"release", "template", "variables", "backend", "files"})
Change = Callable[..., int]


@dataclass(frozen=True)
class Case:
    """One key and the file that proves it.

    `effect` is by subject (an object, or the plan) and path. `of` is the document that holds the key, `before` what was deployed
    earlier. `needed` is the code of the problem without the key; then another value, `instead`, must take the effect away too.
    """

    format: Format
    key: str

    @property
    def path(self) -> Path:
        """Its file."""
        names = self.key.replace("[]", "").replace("*", "any").split(".")
        return CASES / self.format / Path(*names[:-1]) / f"{names[-1]}.yaml"

    def read(self) -> "Said":
        """What the file says. Fails for a word that no case has."""
        said = YAML(typ="safe").load(self.path.read_text())
        assert set(said) <= DOCUMENTS | {"effect", "of", "before", "needed", "instead"}
        return Said(self, said)


@dataclass(frozen=True)
class Said:
    """A case's file, read."""

    case: Case
    file: Mapping[str, Any]

    @property
    def documents(self) -> Mapping[str, Any]:
        """What lies in the repositories."""
        return {name: document for name, document in self.file.items() if name in DOCUMENTS}

    @property
    def before(self) -> Mapping[str, Any] | None:
        """What lay there when the environment was made: the same, but for what is said."""
        before = self.file.get("before")
        return None if before is None else {**self.documents, **before}

    @property
    def effects(self) -> Iterator[tuple[str, str, Any]]:
        """Subject, path and value of each."""
        for subject, paths in self.file["effect"].items():
            for path, value in (paths or {"": None}).items():
                yield subject, path, value

    def with_key(self, bench: "Bench") -> "Outcome":
        """The plan as the case has it."""
        return bench.plan(self.documents, before=self.before)

    def changed(self, bench: "Bench", change: Change, **value: Any) -> "Outcome":
        """The plan without the key, or with another value of it."""
        name = self.file.get("of", self.case.format.value)
        documents = deepcopy({"now": self.documents, "before": self.before})
        found = [change(part[name], self.case.key, **value) for part in documents.values() if part and name in part]
        assert sum(found), f"{self.case.path} does not hold {self.case.key}"
        return bench.plan(documents["now"] or {}, before=documents["before"])


ROWS: Final = {Case(form, row.key): row for form in FORMATS for row in key_table(form)}
UNDERSTOOD: Final = [case for case, row in ROWS.items() if row.state == "understood"]


@pytest.mark.parametrize("case", UNDERSTOOD, ids=lambda case: f"{case.format}-{case.key}")
def test_a_key_has_an_effect_that_is_not_there_without_it(case: Case, bench: "Bench", *, change: Change) -> None:
    said = case.read()
    outcome = said.with_key(bench)
    assert outcome.errors == []
    for subject, path, value in said.effects:
        assert outcome.at(subject, path) == outcome.expected(value), f"{subject}: {path}"
    without = said.changed(bench, change)
    assert_gone(said, without)
    needed = said.file.get("needed")
    assert without.errors == ([needed] if needed else [])
    assert needed or without.wanted, "without the key there is no environment at all"
    if needed:
        assert_gone(said, said.changed(bench, change, value=said.file["instead"]))


def assert_gone(said: Said, outcome: "Outcome") -> None:
    """No effect of the case is in this plan."""
    for subject, path, value in said.effects:
        assert outcome.at(subject, path) != outcome.expected(value), f"{subject}: {path}"


def test_every_case_is_of_a_key_that_is_understood() -> None:
    assert set(CASES.rglob("*.yaml")) - {case.path for case in UNDERSTOOD} == set()


def test_the_table_of_formats_names_the_case_of_every_understood_key() -> None:
    """`scripts/formats` writes the tables."""
    page = (ROOT / "docs/formats.md").read_text().splitlines()
    proofs = {case: f" `{case.path.relative_to(ROOT)}` |" if case in UNDERSTOOD else " |" for case in ROWS}
    lines = [f"| `{row.key}` | {row.meaning} | {row.state} |{proofs[case]}" for case, row in ROWS.items()]
    assert [line for line in lines if line not in page] == []
