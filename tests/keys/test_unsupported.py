"""Every key that is not supported is said in the plan where it stands (`unsupported.yaml`), and changes nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from ruamel.yaml import YAML

from reconciler.spec.key_table import key_table
from reconciler.spec.schema import Format

if TYPE_CHECKING:
    from tests.keys.conftest import Bench

TABLE: Final[Mapping[str, Mapping[str, str]]] = YAML(typ="safe").load((Path(__file__).parent / "unsupported.yaml").read_text())
KEYS: Final = [(form, key) for form, texts in TABLE.items() for key in texts]
HERE: Final = " # here"
FILES: Final = {"release": ".release.yaml", "template": "template.yaml"}
SERVICE: Final = "services:\n- name: api\n  image: api:1\n"


def unsupported(form: Format) -> list[str]:
    """The unsupported keys of a format, as its schema has them."""
    return [row.key for row in key_table(form) if row.state == "unsupported"]


def said_as(form: str, key: str) -> str:
    """The key that is said: the outermost one of those that hold it."""
    return next(other for other in unsupported(Format(form)) if f"{key}.".startswith((f"{other}.", f"{other}[].")))


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.CONFIG])
def test_the_table_holds_every_key_that_is_not_supported(form: Format) -> None:
    assert set(TABLE.get(form, {})) == set(unsupported(form))


@pytest.mark.parametrize(("form", "key"), KEYS)
def test_a_key_that_is_not_supported_is_said_where_it_stands(form: str, key: str, *, bench: "Bench") -> None:
    text = TABLE[form][key]
    name = said_as(form, key)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line.endswith(HERE))
    column = text.splitlines()[line - 1].index(name.rpartition(".")[2]) + 1
    outcome = bench.plan({form: text})
    said = {"key": name.replace("[]", "[0]"), "file": FILES[form], "line": line, "column": column}
    assert outcome.errors == []
    assert said in [{word: entry[word] for word in said} for entry in outcome.document["unsupported"]]


@pytest.mark.parametrize(("form", "key"), KEYS)
def test_a_key_that_is_not_supported_changes_nothing_else(
    form: str, key: str, *, bench: "Bench", change: Callable[..., int]
) -> None:
    document: dict[str, Any] = YAML(typ="safe").load(TABLE[form][key])
    outcome = bench.plan({form: document})
    assert change(document, key) == 1
    without = bench.plan({form: document})
    assert (outcome.wanted, outcome.digest) == (without.wanted, without.digest)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SERVICE + "  volumes: [{type: s3, mount_path: /media}]\n", ("services[0].volumes[0].type", 4, 20)),
        (SERVICE + "  static: true\n", ("services[0].static", 4, 11)),
        (
            SERVICE + 'workflows: [{name: teardown, order_from: ["jobs.drop"]}]\njobs: [{name: drop, image: a}]\n',
            ("jobs.drop", 4, 43),
        ),
    ],
)
def test_a_value_that_is_not_acted_on_is_said_where_it_stands(text: str, said: tuple[str, int, int], *, bench: "Bench") -> None:
    found = bench.plan({"template": text}).document["unsupported"]
    assert [(entry["key"], entry["line"], entry["column"]) for entry in found] == [said]


@pytest.mark.parametrize(
    "text", ["execution_type: server\n", "charts: []\n", "routes: {}\n", "builds: [{name: a, static: false}]\n"]
)
def test_what_says_nothing_needs_no_word(text: str, bench: "Bench") -> None:
    assert bench.plan({"template": text}).document["unsupported"] == []
