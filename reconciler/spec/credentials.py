"""Values that look like credentials and stand in a file of a repository, where everybody who reads it sees them."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node, Scalar, SequenceNode

_FORMS: Final = {
    "a private key": "-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "an access key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\b(?:gh[oprsu]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40,})",
    "a token of GitLab": r"\bglpat-[-0-9A-Za-z_]{20,}",
    "a token of Slack": r"\bxox[abeprs]-[0-9A-Za-z]{8,}-[-0-9A-Za-z]{8,}",
    "a key of Stripe": r"\b[rs]k_live_[0-9A-Za-z]{16,}",
    "a key of Google": r"\bAIza[-0-9A-Za-z_]{35}",
    "a token of a package registry": r"\b(?:npm_[0-9A-Za-z]{36}|pypi-AgEI[-0-9A-Za-z_]{32,})",
    "a key of SendGrid": r"\bSG\.[-0-9A-Za-z_]{22}\.[-0-9A-Za-z_]{43}",
    "a JSON web token": r"\beyJ[-0-9A-Za-z_]{8,}\.eyJ[-0-9A-Za-z_]{8,}\.[-0-9A-Za-z_]{16,}",
}
_FORM: Final = re.compile("|".join(f"({pattern})" for pattern in _FORMS.values()))
_NAME: Final = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|API_?KEY|(?:ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING|MASTER)_KEY"
    r"|SECRET_KEY_BASE)[0-9]*$"
)
_RANDOM: Final = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z+/=_.-]{16,}")
_BITS: Final = 3.2
"""Bits a character has in a random text of 16 hexadecimal digits, less a little; words have fewer."""


_MARKS: Final = (
    *(b"-----BEGIN", b"AKIA", b"ASIA", b"GHO_", b"GHP_", b"GHR_", b"GHS_", b"GHU_", b"GITHUB_PAT_", b"GLPAT-", b"XOX"),
    *(b"K_LIVE_", b"AIZA", b"NPM_", b"PYPI-", b"SG.", b"EYJ"),
    *(b"PASSWORD", b"PASSWD", b"PASSPHRASE", b"TOKEN", b"SECRET", b"APIKEY", b"_KEY"),
)
"""What the forms and the names cannot be without, in capitals."""


def credentials(root: Node, source: bytes) -> Iterator[Problem]:
    """A doubt (R406) for each value that has the form of a credential, or is random under a name like `API_TOKEN`.

    The value of an entry with `secret: true` has its own warning (R404). Values are never repeated in the message. `source` is
    the file: where nothing in it could be part of a credential or of its name, no value is looked at.
    """
    nodes = [root] if _possible(source) else []
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


def _possible(source: bytes) -> bool:
    """Whether a file may hold a credential; escapes and letters that have other capitals may hide its marks."""
    capitals = source.upper()
    return b"\\" in source or not source.isascii() or any(mark in capitals for mark in _MARKS)


def _of_known_form(node: Scalar) -> Iterator[Problem]:
    found = _FORM.search(node.value) if isinstance(node.value, str) else None
    if found is not None and found.lastindex is not None:
        yield _doubt(node.place, f"this looks like {list(_FORMS)[found.lastindex - 1]}")


def _under_a_name(node: MappingNode) -> Iterator[Problem]:
    """`key: API_TOKEN` beside `value: …`, as variables are written."""
    name, value = text_of(node.get("key")), node.get("value")
    if name is None or not isinstance(value, Scalar) or not _NAME.search(name.upper()):
        return
    text = text_of(value) or ""
    if _RANDOM.fullmatch(text) and _bits(text) >= _BITS and _FORM.search(text) is None:
        yield _doubt(value.place, f"{name} looks like a credential")


def _bits(text: str) -> float:
    """Shannon's entropy of a text, for each character."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


def _doubt(place: Place, said: str) -> Problem:
    message = f"{said}, and everybody who reads the repository sees it"
    hint = "exchange it, and write `secret: true` without a value in the variables file, or $secrets.<store>.<path>"
    return Problem(Severity.WARNING, "R406", place, message, hint)
