"""What an answer is held against: its schema, as the command prints it, and the order of the schema's keys."""

import json
from typing import TYPE_CHECKING, Any

from jsonschema_rs import Draft202012Validator

from reconciler.cli.answer_schemas import Answer

if TYPE_CHECKING:
    from tests.conftest import Village

Schema = dict[str, Any]
LOCAL = "#/$defs/"


def schema_of(village: "Village", answer: Answer) -> Any:
    """The schema as the command prints it."""
    printed = village.call("schema", answer.value)
    assert printed.code == 0
    return json.loads(printed.out)


def obeys(document: Any, schema: Schema) -> None:
    """The document is valid, and every mapping in it has all the keys of its schema, in that order."""
    Draft202012Validator(schema).validate(document)
    _in_order(document, schema, schema["$defs"])


def keys_of(schema: Schema, defs: Schema) -> dict[str, Any]:
    """The properties of a schema: those of what it is made of, then its own."""
    schema = _resolved(schema, defs)
    parts = [keys_of(part, defs) for part in schema.get("allOf", ())]
    return {key: value for part in [*parts, schema.get("properties", {})] for key, value in part.items()}


def _in_order(value: Any, schema: Schema, defs: Schema) -> None:
    schema = _resolved(_chosen(value, _resolved(schema, defs), defs), defs)
    properties = keys_of(schema, defs)
    if isinstance(value, dict) and properties:
        assert list(value) == list(properties)
        for key, part in value.items():
            _in_order(part, properties[key], defs)
    if isinstance(value, list) and "items" in schema:
        for part in value:
            _in_order(part, schema["items"], defs)


def _resolved(schema: Schema, defs: Schema) -> Schema:
    return _resolved(defs[schema["$ref"].removeprefix(LOCAL)], defs) if "$ref" in schema else schema


def _chosen(value: Any, schema: Schema, defs: Schema) -> Schema:
    """The alternative that fits, where there are several."""
    ways = schema.get("anyOf", [schema])
    return next(way for way in ways if Draft202012Validator({**way, "$defs": defs}).is_valid(value))
