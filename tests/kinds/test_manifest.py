"""Manifests are written so that readers of YAML 1.1 and 1.2 read the same values back."""

import re
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.kinds.manifest import from_yaml, to_yaml
from reconciler.kinds.yaml_events import read_plain
from reconciler.model.errors import BadValue
from reconciler.model.objects import Manifest
from reconciler.model.secret import SecretValue

RESOLVERS_1_1: Final = {
    "bool": r"y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
    "float": r"[-+]?([0-9][0-9_]*)?\.[0-9_]*([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
    "int": r"[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+",
    "merge": r"<<",
    "null": r"~|null|Null|NULL|",
    "timestamp": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?",
    "value": r"=",
}
"""The tags that YAML 1.1 gives to plain scalars (yaml.org/type)."""

AMBIGUOUS: Final = [
    *(
        "y",
        "N",
        "yes",
        "No",
        "ON",
        "off",
        "true",
        "False",
        "null",
        "~",
        "",
        "<<",
        "=",
        "-",
        "?",
        ":",
        "!",
        "&a",
        "*a",
        "%a",
        "@a",
    ),
    *(
        "012",
        "0o14",
        "0x1F",
        "0b11",
        "1_000",
        "1e3",
        "1.5e+3",
        ".5",
        "5.",
        "-1",
        "+1",
        ".inf",
        "-.INF",
        ".nan",
        "12:30",
        "1:2:3.4",
    ),
    *(
        "2026-11-21",
        "2026-11-21 10:00:00",
        "a: b",
        "a #b",
        "#a",
        "a:",
        "- a",
        " a",
        "a ",
        "a\tb",
        "'a'",
        '"a"',
        "[a]",
        "{a}",
        "`a",
    ),
    *(
        "a\nb",
        "a\n",
        "\na",
        "a\n\n",
        "a\n  b\n",
        "a\n \n",
        "a\r\nb",
        "a\u0085b",
        "a\u2028b",
        "\ufeffa",
        "é",
        "日本",
        "🙂",
        "---",
        "...",
        "--- a\nb",
    ),
]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(AMBIGUOUS)
scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


def as_manifest(value: Any) -> Manifest:
    """A manifest that carries the value."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "some"}, "data": {"key": value}}


def read_as_1_1(text: str) -> Any:
    """What a reader of YAML 1.1 makes of the text."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    return reader.load(text)


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    manifest = as_manifest(value)
    assert from_yaml(to_yaml(manifest)) == manifest


@given(values)
def test_readers_of_both_versions_read_the_same(value: Any) -> None:
    manifest = as_manifest(value)
    text = to_yaml(manifest)
    assert read_as_1_1(text) == manifest
    assert YAML(typ="safe").load(text) == manifest


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_an_ambiguous_text_stays_a_text(text: str) -> None:
    manifest = as_manifest({text: text, "list": [text]})
    assert from_yaml(to_yaml(manifest)) == manifest
    assert read_as_1_1(to_yaml(manifest)) == manifest


@given(texts)
def test_no_plain_text_has_another_tag_in_yaml_1_1(text: str) -> None:
    written = to_yaml(as_manifest(text)).splitlines()[-1].removeprefix("  key: ") if "\n" not in text else '"'
    if not written.startswith('"'):
        assert not [tag for tag, resolver in RESOLVERS_1_1.items() if re.fullmatch(resolver, written)]


@given(st.dictionaries(texts, scalars, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_makes_no_difference(data: dict[str, Any], random: Any) -> None:
    shuffled = list(data.items())
    random.shuffle(shuffled)
    assert to_yaml(as_manifest(data)) == to_yaml(as_manifest(dict(shuffled)))


def test_a_manifest_reads_well() -> None:
    manifest = {
        "metadata": {"name": "api", "annotations": {"a/b": "yes"}},
        "kind": "Deployment",
        "spec": {"replicas": 2, "args": [], "list": [{"value": "x", "name": "A"}, ["a"], {}], "script": "one\n\ntwo\n"},
        "apiVersion": "apps/v1",
    }
    assert to_yaml(manifest) == (
        "apiVersion: apps/v1\n"
        "kind: Deployment\n"
        "metadata:\n"
        "  name: api\n"
        "  annotations:\n"
        '    a/b: "yes"\n'
        "spec:\n"
        "  args: []\n"
        "  list:\n"
        "    - name: A\n"
        "      value: x\n"
        "    -\n"
        "      - a\n"
        "    - {}\n"
        "  replicas: 2\n"
        "  script: |\n"
        "    one\n"
        "\n"
        "    two\n"
    )


@pytest.mark.parametrize("value", [SecretValue("hush"), b"bytes", float("nan"), {1, 2}])
def test_what_is_no_plain_data_is_refused_and_not_shown(value: object) -> None:
    with pytest.raises(TypeError) as refusal:
        to_yaml(as_manifest(value))
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a mapping"),
        ("- a", "not a mapping"),
        ("kind: A\nmetadata: {name: a}", "apiVersion is missing"),
        ("apiVersion: v1\nkind: A\nmetadata: {}", "metadata.name is missing"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: 1}", "metadata.name is missing"),
        ("a: &a 1\nb: *a", "alias"),
        ("a: !!str 1", "tag"),
        ("a: 1\na: 2", "twice"),
        ("? [a]\n: 1", "no text"),
        ("a: 1\n---\nb: 1", "more than one document"),
        ("a: [", "not YAML"),
        ("[" * 30000, "deeper than"),
        ("a: " + "b" * 5_000_000, "more than"),
    ],
)
def test_a_text_that_is_no_manifest_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadValue, match=words):
        from_yaml(text)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(BadValue, match="surrogate"):
        to_yaml(as_manifest("\ud83d"))


def test_foreign_manifests_are_read_by_the_core_schema() -> None:
    assert read_plain("a: yes\nb: 017\nc: 1.5\nd: ~\ne: 'true'\nf: TRUE\ng: 12:30") == {
        "a": "yes",
        "b": 17,
        "c": 1.5,
        "d": None,
        "e": "true",
        "f": True,
        "g": "12:30",
    }
