"""Tells by name and value what is most likely a credential, and so is not carried over into git."""

import re
from typing import Final

from reconciler.spec.credential_forms import begins_as_known, is_name_of_credential, known_form

_NAME: Final = re.compile(
    r"(?:^|_)(?:PASS|PWD|CREDENTIALS?|KEYS?|ACCESS_KEY_ID|SALT|PEPPER|DSN)[0-9]*$|(?:PASSWORD|SECRET|APIKEY)[0-9]*$"
)
_OPEN_NAME: Final = re.compile(r"(?:^|_)(?:PUBLIC|PUBLISHABLE|SITE|SORT|PARTITION|PRIMARY|CACHE)_(?:KEY|TOKEN)S?$|^(?:OLD)?PWD$")
_VALUE: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@|(?i:\b(?:password|pwd|accountkey|sharedaccesskey)=[^;\s]+;)")
_FLAGS: Final = frozenset({"", "0", "1", "true", "false", "yes", "no", "on", "off", "none", "null"})


def is_credential(name: str, value: str) -> bool:
    """Whether a variable most likely holds a credential.

    Judged by the end of its name (`POSTGRES_PASSWORD`, not `PASSWORD_MIN_LENGTH` or `POSTGRES_PASSWORD_FILE`) unless the
    value is a flag or empty, and by values of a known form, such as an address with a password in it. Sooner too
    much than too little: what is left out here, a person can write again.
    """
    named = is_credential_name(name) and value.strip().lower() not in _FLAGS
    return named or known_form(value) is not None or begins_as_known(value) or _VALUE.search(value) is not None


def is_credential_name(name: str) -> bool:
    """Whether a variable of this name most likely holds a credential."""
    upper = name.upper()
    return (is_name_of_credential(name) or _NAME.search(upper) is not None) and _OPEN_NAME.search(upper) is None
