"""A secret store that is the reconciler's own environment variables."""

import re
from collections.abc import Mapping
from typing import Final

from reconciler.model.secret import SecretValue
from reconciler.secrets.text import value_of

_UNFIT: Final = re.compile(r"[^A-Za-z0-9]")


def variable_name(prefix: str, path: str) -> str:
    """The variable that holds a path: `APPS_` and `frontend/api-key` give `APPS_FRONTEND_API_KEY`.

    Paths that differ only in case or punctuation share a variable, so `a/b-c` and `a-b/c` are one value: grants by prefix are
    as separate as the names they become.
    """
    return prefix + _UNFIT.sub("_", path).upper()


def read_variable(environ: Mapping[str, str], prefix: str, *, path: str) -> SecretValue | str:
    """The value of the path's variable, or why there is none."""
    name = variable_name(prefix, path)
    text = environ.get(name)
    if text is None:
        return f"environment variable {name} is not set"
    return value_of(text.encode("utf-8", "surrogateescape"), f"environment variable {name}")
