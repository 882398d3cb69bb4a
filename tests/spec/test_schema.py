"""A schema's errors as problems, and the keys that have no effect yet."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

from reconciler.model.problem import Problem
from reconciler.spec.node import Node, plain
from reconciler.spec.problems_of import problems_of, spoken
from reconciler.spec.schema import Format, check, document, text, unsupported

NodeOf = Callable[[str], Node]
MARKS = {"understood", "unsupported", "information"}
SCHEMA: Mapping[str, Any] = {
    "properties": {
        "name": {"type": "string"},
        "size": {"enum": ["small", "large"]},
        "kind": {"const": "one"},
        "color": {"type": "string", "pattern": "^#", "x-form": "a color such as #fff"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "above": {"exclusiveMinimum": 0},
        "ports": {
            "type": "array",
            "maxItems": 2,
            "uniqueItems": True,
            "items": {"type": "object", "required": ["port"], "properties": {"name": {}, "port": {}}, "x-hint": "write a port"},
        },
        "labels": {"type": "object", "propertyNames": {"pattern": "^[a-z]+$", "x-form": "a small word"}},
        "file": {"type": ["string", "null"]},
        "folder": {"type": "string"},
        "either": {"anyOf": [{"type": "integer"}, {"type": "boolean"}], "x-form": "this is neither a number nor a flag"},
    },
    "additionalProperties": False,
    "if": {"required": ["file"]},
    "then": {"properties": {"folder": {"not": {}, "x-form": "a file has no folder"}}},
    "dependentRequired": {"size": ["count"]},
}


def told(node: Node, schema: Mapping[str, Any]) -> list[Problem]:
    """The problems of a node under a schema."""
    return list(problems_of(Draft202012Validator(dict(schema)).iter_errors(plain(node)), node, schema=schema))


@pytest.mark.parametrize(
    ("written", "told_once"),
    [
        ("{nmae: x}", ("R101", 2, "key 'nmae' is unknown", "did you mean 'name'?")),
        ("{name: 1.10}", ("R103", 8, "name: is the number 1.10, where text is expected", 'put it in quotes: "1.10"')),
        ("{name: }", ("R103", 8, "name: is empty, where text is expected", "")),
        ("{name: true}", ("R103", 8, "name: is the word true, where text is expected", 'put it in quotes: "true"')),
        ("{name: [a]}", ("R103", 8, "name: is a list, where text is expected", "")),
        ("{count: '3'}", ("R103", 9, "count: is the text '3', where a whole number is expected", "")),
        ("{size: smal, count: 1}", ("R104", 8, "size: the text 'smal' is not one of small, large", "did you mean 'small'?")),
        ("{kind: two}", ("R104", 8, "kind: the text 'two' is not one", "")),
        ("{color: red}", ("R105", 9, "color: the text 'red' is not a color such as #fff", "")),
        ("{labels: {A1: x}}", ("R105", 11, "labels: key 'A1' is not a small word", "")),
        ("{count: 0}", ("R106", 9, "count: the number 0 is less than 1", "")),
        ("{count: 10}", ("R106", 9, "count: the number 10 is more than 9", "")),
        ("{above: 0}", ("R106", 9, "above: the number 0 is less than or equal to 0", "")),
        ("{ports: [{port: 1}, {port: 1}]}", ("R106", 9, "ports: an item stands twice in this list", "remove one of the two")),
        ("{ports: [{port: 1}, {port: 2}, {port: 3}]}", ("R106", 9, "ports: has more than 2 item(s)", "")),
        ("{ports: [{name: web}]}", ("R102", 10, "ports[web]: key 'port' is missing", "write a port")),
        ("{ports: [{}]}", ("R102", 10, "ports[0]: key 'port' is missing", "write a port")),
        ("{size: small}", ("R102", 1, "the document: key 'count' is missing", "")),
        ("{file: a, folder: b}", ("R107", 11, "folder: this key may not stand beside the others here", "a file has no folder")),
        ("{either: x}", ("R107", 10, "either: this is neither a number nor a flag", "")),
    ],
)
def test_each_error_becomes_a_sentence_at_the_place_to_change(
    node_of: NodeOf, written: str, told_once: tuple[str, int, str, str]
) -> None:
    problems = told(node_of(written), SCHEMA)
    assert [(problem.code, problem.place.column, problem.message, problem.hint) for problem in problems] == [told_once]


def test_a_key_far_from_every_known_one_gets_the_list_of_them(node_of: NodeOf) -> None:
    schema = {"properties": {"b": {}, "a": {}}, "additionalProperties": False}
    assert [problem.hint for problem in told(node_of("{zzzzz: 1}"), schema)] == ["known keys here: a, b"]


def test_problems_stand_in_the_order_of_the_file_and_once_each(node_of: NodeOf) -> None:
    schema = {"allOf": [SCHEMA, SCHEMA]}
    problems = told(node_of("count: 0\nzzz: 1\nname: 1\n"), schema)
    assert [problem.place.line for problem in problems] == [1, 2, 3]


def test_a_path_is_spoken_with_the_names_of_items(node_of: NodeOf) -> None:
    node = node_of("services:\n- name: web\n  envs:\n  - key: A\n  - 1\n")
    assert spoken(node, ["services", 0, "envs", 0, "key"]) == "services[web].envs[A].key"
    assert spoken(node, ["services", 0, "envs", 1]) == "services[web].envs[1]"


@pytest.mark.parametrize("format", list(Format))
def test_each_schema_is_a_schema(format: Format) -> None:
    schema = json.loads(text(format))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    meta.validate(schema)


@pytest.mark.parametrize("format", list(Format))
def test_each_property_says_what_it_is_and_whether_it_is_understood(format: Format) -> None:
    silent = [
        path
        for path, part in properties(document(format), "")
        if "$ref" not in part and (not part.get("description") or part.get("x-reconciler") not in MARKS)
    ]
    assert silent == []


def properties(part: Any, path: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Every property of a schema with its path; properties of conditions only restrict and need no words."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    if isinstance(part, Mapping):
        for name, inner in part.get("properties", {}).items():
            found += [(f"{path}.{name}", inner), *properties(inner, f"{path}.{name}")]
        for keyword in ("items", "additionalProperties"):
            found += properties(part.get(keyword), f"{path}.{keyword}")
        for name, inner in part.get("$defs", {}).items():
            found += properties(inner, f"{path}#{name}")
    return found


def test_keys_without_effect_are_found_at_their_places_wherever_they_nest(node_of: NodeOf) -> None:
    root = node_of(
        "applications:\n"
        "  web:\n"
        "    imports: {depth: 1, rematch: hold}\n"
        "    environments:\n"
        "    - {type: ephemeral, branches: [x], expires_after: 3d, may_pause: false}\n"
        "web: {listen: a}\n"
    )
    assert [(entry.key, entry.place.line, entry.place.column) for entry in unsupported(root, Format.CONFIG)] == [
        ("applications.web.imports.rematch", 3, 25),
        ("web.listen", 6, 7),
    ]


def test_checking_a_good_document_finds_nothing(node_of: NodeOf) -> None:
    assert check(node_of("application_template: a.yaml\n"), Format.RELEASE) == ()
