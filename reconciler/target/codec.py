"""Values of the model as plain JSON values and back, driven by their declared types."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar

from reconciler.model.errors import BadValue
from reconciler.model.ids import Namespace, Ref, ref_from_text, ref_text
from reconciler.model.instant import instant_from_text, instant_text
from reconciler.model.objects import ObjectKey

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """The JSON value of a dataclass and all that it holds.

    Instants are texts to the second, refs are texts of their bytes, an object's key is `kind/namespace/name`.
    """
    if isinstance(value, ObjectKey):
        return f"{value.kind}/{value.namespace}/{value.name}"
    if dataclasses.is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {to_plain(key): to_plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [to_plain(part) for part in value]
    return _leaf(value)


def _leaf(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant_text(value)
    return ref_text(Ref(value)) if isinstance(value, bytes) else value


def from_plain(cls: type[T], plain: Any, *, path: str = "record") -> T:
    """The dataclass whose `to_plain` this is. Keys it does not know are left out, absent ones take their default.

    Raises `BadValue` that names the path of what is missing or of another type.
    """
    value: T = _read(cls, plain, path=path)
    return value


def _read(hint: Any, plain: Any, *, path: str) -> Any:
    origin = typing.get_origin(hint)
    if isinstance(hint, NewType):
        return _read(hint.__supertype__, plain, path=path)
    if origin in {typing.Union, types.UnionType}:
        return _optional(hint, plain, path=path)
    if origin is tuple:
        return _tuple(typing.get_args(hint)[0], plain, path=path)
    if origin is Mapping:
        return _mapping(typing.get_args(hint), plain, path=path)
    return _dataclass(hint, plain, path=path) if dataclasses.is_dataclass(hint) else _scalar(hint, plain, path=path)


def _optional(hint: Any, plain: Any, *, path: str) -> Any:
    if plain is None:
        return None
    (wanted,) = (part for part in typing.get_args(hint) if part is not type(None))
    return _read(wanted, plain, path=path)


def _tuple(part: Any, plain: Any, *, path: str) -> tuple[Any, ...]:
    items = _expect(list, plain, path=path)
    return tuple(_read(part, item, path=f"{path}[{index}]") for index, item in enumerate(items))


def _mapping(parts: tuple[Any, ...], plain: Any, *, path: str) -> dict[Any, Any]:
    items = _expect(dict, plain, path=path)
    return {_read(parts[0], key, path=path): _read(parts[1], item, path=f"{path}.{key}") for key, item in items.items()}


def _dataclass(hint: Any, plain: Any, *, path: str) -> Any:
    if hint is ObjectKey:
        return _key(_expect(str, plain, path=path), path)
    items = _expect(dict, plain, path=path)
    values = {}
    for field in dataclasses.fields(hint):
        if field.name in items:
            values[field.name] = _read(_hints(hint)[field.name], items[field.name], path=f"{path}.{field.name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise BadValue(f"{path}.{field.name} is missing")
    return hint(**values)


def _key(text: str, path: str) -> ObjectKey:
    parts = text.split("/")
    if len(parts) != 3:
        raise BadValue(f"{path} is {text!r} and no kind/namespace/name")
    return ObjectKey(parts[0], Namespace(parts[1]), parts[2])


def _scalar(hint: Any, plain: Any, *, path: str) -> Any:
    if hint is datetime:
        return instant_from_text(_expect(str, plain, path=path))
    if hint is bytes:
        return ref_from_text(_expect(str, plain, path=path))
    if issubclass(hint, Enum):
        return _member(hint, _expect(str, plain, path=path), path=path)
    return _expect(hint, plain, path=path)


def _member(hint: type[Enum], text: str, *, path: str) -> Enum:
    try:
        return hint(text)
    except ValueError as error:
        raise BadValue(f"{path} is {text!r}") from error


def _expect(kind: type[T], plain: Any, *, path: str) -> T:
    if type(plain) is not kind:
        raise BadValue(f"{path} is no {kind.__name__}")
    return plain


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)
