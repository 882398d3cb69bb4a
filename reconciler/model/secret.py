"""A secret value that cannot print itself."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, NoReturn

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType

MASK: Final = "***"


class SecretValue:
    """Text that must not be seen: no `str`, no `repr`, no JSON, no pickle gives it away; only `reveal` does."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the module that writes it to a target."""
        return self._text

    def digest(self, key: bytes) -> str:
        """A keyed digest of 64 hexadecimal digits, which shows that a value changed and nothing else."""
        return hmac.new(key, self._text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretValue):
            return NotImplemented
        return hmac.compare_digest(self._text.encode("utf-8", "surrogateescape"), other._text.encode("utf-8", "surrogateescape"))

    def __hash__(self) -> int:
        return hash(SecretValue)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret value cannot be pickled")


@dataclass(frozen=True, slots=True)
class Grantee:
    """Who asks for a secret: an application in an environment of a type.

    `environment` is the declared name, or the branch. `admitted` is false for an environment of a branch glob whose rule does not
    say `secrets: true`: it gets none (design 7.9).
    """

    application: AppName
    type: EnvironmentType
    environment: str
    admitted: bool
