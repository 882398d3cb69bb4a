"""The table of forms: each is imported when it is asked for, so that `validate` starts fast."""

import importlib
from collections.abc import Callable
from typing import Final

from reconciler.cli.subjects import Checked

FORMS: Final = ("text", "json", "sarif", "github", "junit")


def report(form: str, checked: Checked) -> str:
    """The answer in one of the forms."""
    made: Callable[[Checked], str] = importlib.import_module(f"reconciler.cli.reports.{form}").report
    return made(checked)
