"""A schema's errors become problems: each at the place a person must change, in a sentence of our own."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jsonschema_rs import ValidationError

from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.spec.limits import HINTED, SHOWN
from reconciler.spec.node import MappingNode, Node, Scalar, SequenceNode

_TYPES: Final = {
    "array": "a list",
    "object": "a mapping",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class _Fault:
    """One error of the schema with what its sentence needs.

    `name` is the path as people say it (`services[web].ports[0].port`), `rules` the part of the schema that holds the keyword,
    `key` the place of the key whose value is wrong. `hinted` says that few enough are wrong to look for what was meant.
    """

    node: Node
    name: str
    rules: Mapping[str, Any]
    kind: Any
    unset: bool
    key: Place
    hinted: bool

    def problem(self, code: str, place: Place, *, message: str, hint: str = "") -> Problem:
        """An error that begins with the path."""
        thing = self.name or "the document"
        return Problem(Severity.ERROR, code, place, shortened(f"{thing}: {message}"), hint or str(self.rules.get("x-hint", "")))

    @property
    def form(self) -> str:
        """What a right value looks like, in the schema's words."""
        return str(self.rules.get("x-form", ""))


def problems_of(errors: Iterable[ValidationError], root: Node, *, schema: Mapping[str, Any]) -> tuple[Problem, ...]:
    """The problems of a document, once each, in the order of the file."""
    found: list[Problem] = []
    for error in errors:
        fault = _fault(error, root, schema=schema, hinted=len(found) < HINTED)
        sentences = _SENTENCES.get(error.kind.name, _other)
        found.extend(sentences(fault))
    return in_order(found)


def _fault(error: ValidationError, root: Node, *, schema: Mapping[str, Any], hinted: bool) -> _Fault:
    path = error.instance_path
    rules = _part(schema, error.schema_path[:-1])
    node = _descend(root, path)
    unset = isinstance(node, Scalar) and node.value is None
    return _Fault(node, spoken(root, path), rules, error.kind, unset, _key(root, path), hinted)


def _part(schema: Mapping[str, Any], path: Sequence[str | int]) -> Mapping[str, Any]:
    part: Any = schema
    for step in path:
        part = part[step]
    return part if isinstance(part, Mapping) else {}


def _key(root: Node, path: Sequence[str | int]) -> Place:
    parent = _descend(root, path[:-1])
    if isinstance(parent, MappingNode) and path and path[-1] in parent.members:
        return parent.members[str(path[-1])].key
    return _descend(root, path).place


def _descend(root: Node, path: Sequence[str | int]) -> Node:
    node = root
    for step in path:
        match node, step:
            case MappingNode(members=members), str() if step in members:
                node = members[step].value
            case SequenceNode(items=items), int() if step < len(items):
                node = items[step]
    return node


def spoken(root: Node, path: Sequence[str | int]) -> str:
    """A path in a document as people say it: `services[web].ports[0].port`, items by their `name` or `key`."""
    words, node = "", root
    for step in path:
        node = _descend(node, [step])
        words += f"[{_called(node, step)}]" if isinstance(step, int) else f".{step}"
    return words.removeprefix(".")


def _called(node: Node, index: int) -> str:
    if isinstance(node, MappingNode):
        for key in ("name", "key"):
            name = node.get(key)
            if isinstance(name, Scalar) and isinstance(name.value, str) and name.value:
                return name.value
    return str(index)


def shortened(message: str) -> str:
    """The message without the middle of what is too long to be read."""
    return message if len(message) <= SHOWN else f"{message[: SHOWN * 2 // 3]} … {message[-SHOWN // 3 :]}"


def close_to(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for a misspelt word, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""


def _unknown_keys(fault: _Fault) -> Iterable[Problem]:
    known = fault.rules.get("properties", {})
    for index, key in enumerate(fault.kind.unexpected):
        place = (
            fault.node.members[key].key if isinstance(fault.node, MappingNode) and key in fault.node.members else fault.node.place
        )
        hint = _meant(key, known) if fault.hinted and index < HINTED else ""
        inner = f"{fault.name}: " if fault.name else ""
        yield Problem(Severity.ERROR, "R101", place, shortened(f"{inner}key {key!r} is unknown"), hint)


def _meant(key: str, known: Collection[str]) -> str:
    return close_to(key, known) or (f"known keys here: {', '.join(sorted(known))}" if known else "")


def _missing_key(fault: _Fault) -> Iterable[Problem]:
    yield fault.problem("R102", fault.node.place, message=f"key {fault.kind.property!r} is missing")


def _wrong_type(fault: _Fault) -> Iterable[Problem]:
    wanted = fault.form or " or ".join(_TYPES[name] for name in fault.kind.types if name != "null" or len(fault.kind.types) == 1)
    found = "is empty" if fault.unset else f"is {_described(fault.node)}"
    yield fault.problem("R103", fault.node.place, message=f"{found}, where {wanted} is expected", hint=_quoted(fault))


def _quoted(fault: _Fault) -> str:
    """The commonest slip has the commonest cure: a number or a word like `true` without quotes, where text must stand."""
    unquoted = isinstance(fault.node, Scalar) and fault.node.plain and not isinstance(fault.node.value, str) and not fault.unset
    if unquoted and isinstance(fault.node, Scalar) and "string" in fault.kind.types:
        return f'put it in quotes: "{fault.node.text}"'
    return ""


def _described(node: Node) -> str:
    match node:
        case MappingNode():
            return "a mapping"
        case SequenceNode():
            return "a list"
        case Scalar(value=bool(), text=text):
            return f"the word {text}"
        case Scalar(value=int() | float(), text=text):
            return f"the number {text}"
        case Scalar(text=text):
            return f"the text {text[:40]!r}"


def _not_among(fault: _Fault) -> Iterable[Problem]:
    options = [str(option) for option in fault.kind.options]
    written = fault.node.text if isinstance(fault.node, Scalar) else ""
    wanted = fault.form or f"one of {', '.join(options)}"
    hint = close_to(written, options) if fault.hinted else ""
    yield fault.problem("R104", fault.node.place, message=f"{_described(fault.node)} is not {wanted}", hint=hint)


def _not_the_constant(fault: _Fault) -> Iterable[Problem]:
    wanted = fault.form or f"{fault.kind.expected_value}"
    yield fault.problem("R104", fault.node.place, message=f"{_described(fault.node)} is not {wanted}")


def _out_of_form(fault: _Fault) -> Iterable[Problem]:
    wanted = fault.form or f"of the form {getattr(fault.kind, 'pattern', '')}"
    yield fault.problem("R105", fault.node.place, message=f"{_described(fault.node)} is not {wanted}")


def _out_of_range(fault: _Fault) -> Iterable[Problem]:
    word = "less" if "inimum" in fault.kind.name else "more"
    allowed = "or equal to " if fault.kind.name.startswith("exclusive") else ""
    yield fault.problem("R106", fault.node.place, message=f"{_described(fault.node)} is {word} than {allowed}{fault.kind.limit}")


def _out_of_size(fault: _Fault) -> Iterable[Problem]:
    few = fault.kind.name.startswith("min")
    things = {"Items": "item(s)", "Properties": "key(s)", "Length": "character(s)"}[fault.kind.name[3:]]
    message = f"has {'fewer' if few else 'more'} than {fault.kind.limit} {things}"
    yield fault.problem("R106", fault.node.place, message=message)


def _repeated(fault: _Fault) -> Iterable[Problem]:
    yield fault.problem("R106", fault.node.place, message="an item stands twice in this list", hint="remove one of the two")


def _bad_name(fault: _Fault) -> Iterable[Problem]:
    key = str(fault.kind.error.instance)
    place = fault.node.members[key].key if isinstance(fault.node, MappingNode) and key in fault.node.members else fault.node.place
    yield fault.problem("R105", place, message=f"key {key!r} is not {fault.form or 'a name that may stand here'}")


def _not_here(fault: _Fault) -> Iterable[Problem]:
    yield fault.problem("R107", fault.key, message="this key may not stand beside the others here", hint=fault.form)


def _other(fault: _Fault) -> Iterable[Problem]:
    yield fault.problem("R107", fault.node.place, message=fault.form or "this does not have any of the forms that may stand here")


_SENTENCES: Final[dict[str, Callable[[_Fault], Iterable[Problem]]]] = {
    "additionalProperties": _unknown_keys,
    "unevaluatedProperties": _unknown_keys,
    "required": _missing_key,
    "dependentRequired": _missing_key,
    "type": _wrong_type,
    "enum": _not_among,
    "const": _not_the_constant,
    "pattern": _out_of_form,
    "format": _out_of_form,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "exclusiveMinimum": _out_of_range,
    "exclusiveMaximum": _out_of_range,
    "minItems": _out_of_size,
    "maxItems": _out_of_size,
    "minLength": _out_of_size,
    "maxLength": _out_of_size,
    "minProperties": _out_of_size,
    "maxProperties": _out_of_size,
    "uniqueItems": _repeated,
    "propertyNames": _bad_name,
    "falseSchema": _not_here,
    "not": _not_here,
}
