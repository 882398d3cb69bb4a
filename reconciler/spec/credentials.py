"""Values that look like credentials and stand in a file of a repository, where everybody who reads it sees them."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.spec.credential_forms import is_name_of_credential, known_form, may_hold_credentials
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node, Scalar, SequenceNode

_RANDOM: Final = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z+/=_.-]{16,}")
_BITS: Final = 3.2
"""Bits a character has in a random text of 16 hexadecimal digits, less a little; words have fewer."""


def credentials(root: Node, source: bytes) -> Iterator[Problem]:
    """A doubt (R406) for each value that has the form of a credential, or is random under a name like `API_TOKEN`.

    The value of an entry with `secret: true` has its own warning (R404). Values are never repeated in the message. `source` is
    the file: where nothing in it could be part of a credential or of its name, no value is looked at.
    """
    nodes = [root] if may_hold_credentials(source) else []
    while nodes:
        node = nodes.pop()
        if isinstance(node, Scalar):
            yield from _of_known_form(node)
        elif isinstance(node, SequenceNode):
            nodes += node.items
        else:
            hidden = (text_of(node.get("secret")) or "").lower() == "true"
            nodes += [member.value for key, member in node.members.items() if not (hidden and key == "value")]
            yield from () if hidden else _under_a_name(node)


def _of_known_form(node: Scalar) -> Iterator[Problem]:
    form = known_form(node.value) if isinstance(node.value, str) else None
    if form is not None:
        yield _doubt(node.place, f"this looks like {form}")


def _under_a_name(node: MappingNode) -> Iterator[Problem]:
    """`key: API_TOKEN` beside `value: …`, as variables are written."""
    name, value = text_of(node.get("key")), node.get("value")
    if name is None or not isinstance(value, Scalar) or not is_name_of_credential(name):
        return
    text = text_of(value) or ""
    if _RANDOM.fullmatch(text) and _bits(text) >= _BITS and known_form(text) is None:
        yield _doubt(value.place, f"{name} looks like a credential")


def _bits(text: str) -> float:
    """Shannon's entropy of a text, for each character."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


def _doubt(place: Place, said: str) -> Problem:
    message = f"{said}, and everybody who reads the repository sees it"
    hint = "exchange it, and write `secret: true` without a value in the variables file, or $secrets.<store>.<path>"
    return Problem(Severity.WARNING, "R406", place, message, hint)
