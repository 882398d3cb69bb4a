"""What credentials look like: the forms of known issuers, and the names under which people keep them."""

import re
from typing import Final

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
# Patterns stay text, and are compiled where a file may hold a credential: few do, and it takes longer than to read one.
_FORM: Final = "|".join(f"({pattern})" for pattern in _FORMS.values())
_BEGINNING: Final = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:gh[oprsu]_|github_pat_|sk-)[-0-9A-Za-z_]{20,}|\bglpat-[-0-9A-Za-z_]{16,}"
    r"|\b(?:xox[abeprs]-|[rs]k_(?:live|test)_)[-0-9A-Za-z]{10,}|\b(?:AIza|npm_)[-0-9A-Za-z_]{30,}"
    r"|\beyJ[-0-9A-Za-z_]{8,}\.[-0-9A-Za-z_]{8,}\."
)
_NAME: Final = (
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|API_?KEY|(?:ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING|MASTER)_KEY"
    r"|SECRET_KEY_BASE)[0-9]*$"
)
_MARKS: Final = (
    *(b"-----BEGIN", b"AKIA", b"ASIA", b"GHO_", b"GHP_", b"GHR_", b"GHS_", b"GHU_", b"GITHUB_PAT_", b"GLPAT-", b"XOX"),
    *(b"K_LIVE_", b"AIZA", b"NPM_", b"PYPI-", b"SG.", b"EYJ"),
    *(b"PASSWORD", b"PASSWD", b"PASSPHRASE", b"TOKEN", b"SECRET", b"APIKEY", b"_KEY"),
)
"""What the forms and the names cannot be without, in capitals."""


def known_form(text: str) -> str | None:
    """What a text holds by its form, such as `a private key`; `None` where it is of no form that is known."""
    found = re.search(_FORM, text)
    return list(_FORMS)[found.lastindex - 1] if found is not None and found.lastindex is not None else None


def begins_as_known(text: str) -> bool:
    """Whether a text begins as a known form does, be it of another length: also tokens for tests, and those of an older form."""
    return re.search(_BEGINNING, text) is not None


def is_name_of_credential(name: str) -> bool:
    """Whether a name ends as those of credentials do, beyond doubt: `DB_PASSWORD`, `api_token`, not `PRIMARY_KEY`."""
    return re.search(_NAME, name.upper()) is not None


def may_hold_credentials(source: bytes) -> bool:
    """Whether a file may hold a known form or such a name; escapes and letters that have other capitals may hide them."""
    capitals = source.upper()
    return b"\\" in source or not source.isascii() or any(mark in capitals for mark in _MARKS)
