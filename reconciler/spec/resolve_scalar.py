"""What a plain scalar means: YAML 1.2's JSON core, so that every reader agrees."""

import math
import re
from typing import Final

from reconciler.model.yaml_words import CORE_WORDS
from reconciler.spec.limits import NUMBER
from reconciler.spec.node import Value

_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)", re.ASCII)
_FLOAT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NUMERIC_START: Final = frozenset("+-0123456789")


def resolve_plain(text: str) -> Value:
    """The value of an unquoted scalar.

    Only `null`, `~`, nothing, `true`, `false` and JSON's numbers are more than text. Dates, `yes`, `1_000`, `12:30`,
    `0x1F`, `.inf` and numbers with leading zeros stay text: YAML 1.1 and 1.2 read them differently.
    """
    if text in CORE_WORDS:
        return CORE_WORDS[text]
    if text[0] not in _NUMERIC_START or len(text) > NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return text if math.isinf(number) else number
    return text
