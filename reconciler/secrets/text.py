"""What counts as a secret value: UTF-8 text that a Secret of Kubernetes can hold."""

from typing import Final

from reconciler.model.secret import SecretValue

LARGEST: Final = 1024 * 1024
"""Bytes of a value; Kubernetes holds no larger Secret."""


def value_of(content: bytes, where: str) -> SecretValue | str:
    """The value, without the one newline that editors put at the end; or why it is none, without a part of it."""
    if len(content) > LARGEST:
        return f"{where} is larger than {LARGEST // 1024} KiB"
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return f"{where} is not UTF-8 text"
    if "\0" in text:
        return f"{where} holds a NUL character"
    return SecretValue(text.removesuffix("\n"))
