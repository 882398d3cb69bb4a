"""The unquoted words of YAML that are more than text: null, true and false."""

from typing import Final

CORE_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
"""What each word means (YAML 1.2.2, section 10.3.2, core schema). Numbers are each reader's own matter."""
