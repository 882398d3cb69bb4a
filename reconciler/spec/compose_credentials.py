"""Tells by name and value what is most likely a credential, and so must not be written into git."""

import re
from typing import Final

_NAME: Final = re.compile(
    r"(?:^|_)(?:PASS|PASSWD|PASSPHRASE|PWD|TOKEN|CREDENTIALS?|KEYS?|ACCESS_KEY_ID|SECRET_KEY_BASE|SALT|PEPPER|DSN)[0-9]*$"
    r"|(?:PASSWORD|SECRET|APIKEY)[0-9]*$"
)
_OPEN_NAME: Final = re.compile(r"(?:^|_)(?:PUBLIC|PUBLISHABLE|SITE|SORT|PARTITION|PRIMARY|CACHE)_(?:KEY|TOKEN)S?$|^(?:OLD)?PWD$")
_VALUE: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\b(?:ghp|gho|ghs|ghu|github_pat)_[0-9A-Za-z_]{20,}"
    r"|\bglpat-[-0-9A-Za-z_]{16,}"
    r"|\bxox[abprs]-[-0-9A-Za-z]{10,}"
    r"|\b(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{10,}"
    r"|\bsk-[-0-9A-Za-z_]{20,}"
    r"|\bAIza[-0-9A-Za-z_]{30,}"
    r"|\bnpm_[0-9A-Za-z]{30,}"
    r"|\beyJ[-0-9A-Za-z_]{8,}\.[-0-9A-Za-z_]{8,}\."
    r"|(?i:\b(?:password|pwd|accountkey|sharedaccesskey)=[^;\s]+;)"
)
_FLAGS: Final = frozenset({"", "0", "1", "true", "false", "yes", "no", "on", "off", "none", "null"})


def is_credential(name: str, value: str) -> bool:
    """Whether a variable most likely holds a credential.

    Judged by the end of its name (`POSTGRES_PASSWORD`, not `PASSWORD_MIN_LENGTH` or `POSTGRES_PASSWORD_FILE`) unless the
    value is a flag or empty, and by values of a known form, such as an address with a password in it.
    """
    return (is_credential_name(name) and value.strip().lower() not in _FLAGS) or _VALUE.search(value) is not None


def is_credential_name(name: str) -> bool:
    """Whether a variable of this name most likely holds a credential."""
    upper = name.upper()
    return _NAME.search(upper) is not None and _OPEN_NAME.search(upper) is None
