"""Text of strangers made fit to be shown: one line stays one line, and nothing moves the cursor of a terminal."""


def visible(text: str) -> str:
    """The text with every character that does not print written as an escape (`\\n`, `\\x1b`, `\\udcff`)."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
