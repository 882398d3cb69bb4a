"""Kubernetes quantities: `100m`, `1Gi`, `1.5`, `2e3`; compared by value and written the way the API server writes them."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from reconciler.model.errors import BadValue

_GRAMMAR: Final = re.compile(r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3}|[KMGTPE]i|[numkMGTPE]?)")
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its canonical text; two quantities are equal when their values are."""

    value: Fraction
    binary: bool

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Quantity) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        """`1000m` → `1`, `1024Mi` → `1Gi`: the largest suffix that leaves a whole number."""
        if self.value == 0:
            return "0"
        if self.binary and self.value.denominator == 1:
            return _largest(self.value, {name: Fraction(2**power) for name, power in _BINARY.items()} | {"": Fraction(1)})
        return _largest(self.value, {name: Fraction(10) ** power for name, power in _DECIMAL.items()})


def _largest(value: Fraction, units: dict[str, Fraction]) -> str:
    for name, unit in sorted(units.items(), key=lambda item: item[1], reverse=True):
        if (value / unit).denominator == 1:
            return f"{value / unit}{name}"
    smallest = min(units, key=lambda name: units[name])
    return f"{-(-value // units[smallest])}{smallest}"


@lru_cache(maxsize=1024)
def parse_quantity(text: str) -> Quantity:
    """The quantity a text means (Kubernetes API, resource.Quantity); the same few are written again and again.

    Raises `BadValue` for anything else: blanks, `NaN`, other scripts' digits, underscores, a number too large to be meant.
    """
    match = _GRAMMAR.fullmatch(text) if text.isascii() and len(text) <= _LONGEST else None
    if match is None:
        raise BadValue(f"{text!r} is not a quantity", "write it like 100m, 0.5, 128Mi or 1Gi")
    sign, digits, suffix = match.groups()
    number = Fraction(f"{sign}{digits.removesuffix('.')}" if not digits.startswith(".") else f"{sign}0{digits}")
    if suffix in _BINARY:
        return Quantity(number * 2 ** _BINARY[suffix], binary=True)
    power = _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:])
    if abs(power) > 18:
        raise BadValue(f"{text!r} is too large or too small for a quantity")
    return Quantity(number * Fraction(10) ** power, binary=False)
