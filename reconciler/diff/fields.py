"""What differs between an object as wanted and as live, field by field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.diff.keyed_lists import EntryKey, by_key, label
from reconciler.diff.masked import masked
from reconciler.kinds.kind import Kind
from reconciler.kinds.paths import ENTRY, Path
from reconciler.model.change import ABSENT, FieldChange
from reconciler.model.digest import canonical
from reconciler.model.errors import BadValue
from reconciler.model.objects import Manifest
from reconciler.model.quantity import parse_quantity

_SIMPLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Difference:
    """A change of one field, with the path that `kinds` knows it by."""

    path: Path
    change: FieldChange


def differences(desired: Manifest, live: Manifest, *, kind: Kind, exact: bool) -> tuple[Difference, ...]:
    """Every field that differs, in the order of the fields' names; secret values are masked.

    With `exact` a field that is only live differs too; without it such fields are somebody else's. Quantities are compared by
    value, lists by the keys of their entries where the kind knows some.
    """
    if _same_text(desired, live):
        return ()
    return tuple(_Walk(kind, exact).mapping(desired, live, path=(), name=""))


def _same_text(desired: Manifest, live: Manifest) -> bool:
    """Whether both are the same to the letter, which is what a pass finds of nearly every object; by text, since to Python
    `True` equals 1."""
    try:
        return canonical(desired) == canonical(live)
    except (TypeError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class _Walk:
    """One comparison. `path` is what `kinds` knows a field by, `name` what people read."""

    kind: Kind
    exact: bool

    def mapping(self, want: Mapping[str, Any], have: Mapping[str, Any], *, path: Path, name: str) -> Iterator[Difference]:
        for key in sorted({*want, *have}):
            yield from self._either(want.get(key, ABSENT), have.get(key, ABSENT), path=(*path, key), name=_joined(name, key))

    def _either(self, want: Any, have: Any, *, path: Path, name: str) -> Iterator[Difference]:
        if want is ABSENT and not self.exact:
            return
        if isinstance(want, Mapping) and isinstance(have, Mapping):
            yield from self.mapping(want, have, path=path, name=name)
        elif isinstance(want, list | tuple) and isinstance(have, list | tuple):
            yield from self._list(want, have, path=path, name=name)
        elif not self._same(want, have, path=path):
            yield self._difference(want, have, path=path, name=name)

    def _list(self, want: Sequence[Any], have: Sequence[Any], *, path: Path, name: str) -> Iterator[Difference]:
        keys = self.kind.keys_of(path)
        wanted, found = by_key(want, keys), by_key(have, keys)
        if wanted is not None and found is not None:
            yield from self._keyed(wanted, found, path=path, name=name)
        elif any(isinstance(entry, Mapping | list | tuple) for entry in (*want, *have)):
            yield from self._numbered(want, have, path=path, name=name)
        elif len(want) != len(have) or not all(self._same(*pair, path=path) for pair in zip(want, have, strict=True)):
            yield self._difference(want, have, path=path, name=name)

    def _keyed(self, want: dict[EntryKey, Any], have: dict[EntryKey, Any], *, path: Path, name: str) -> Iterator[Difference]:
        for key in (*want, *(key for key in have if key not in want)):
            yield from self._either(
                want.get(key, ABSENT), have.get(key, ABSENT), path=(*path, ENTRY), name=f"{name}[{label(key)}]"
            )
        before, after = [key for key in have if key in want], [key for key in want if key in have]
        if self.exact and before != after:
            order = FieldChange(f"{name}[]", [label(key) for key in before], [label(key) for key in after])
            yield Difference((*path, ENTRY), order)

    def _numbered(self, want: Sequence[Any], have: Sequence[Any], *, path: Path, name: str) -> Iterator[Difference]:
        for index in range(max(len(want), len(have))):
            pair = (entries[index] if index < len(entries) else ABSENT for entries in (want, have))
            yield from self._either(*pair, path=(*path, ENTRY), name=f"{name}[{index}]")

    def _same(self, want: Any, have: Any, *, path: Path) -> bool:
        if self.kind.is_quantity(path):
            want, have = _amount(want), _amount(have)
        numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (want, have))
        return bool(want == have) and (numbers or type(want) is type(have))

    def _difference(self, want: Any, have: Any, *, path: Path, name: str) -> Difference:
        before, after = (masked(value, kind=self.kind, path=path) if value is not ABSENT else ABSENT for value in (have, want))
        return Difference(path, FieldChange(name, before, after))


def _joined(name: str, key: str) -> str:
    if not _SIMPLE.fullmatch(key):
        return f"{name}[{key}]"
    return f"{name}.{key}" if name else key


def _amount(value: Any) -> Any:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return value
    try:
        return parse_quantity(str(value))
    except BadValue:
        return value
