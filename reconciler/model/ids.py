"""Identifiers with their own types, so that one cannot stand where another is meant."""

from typing import Final, NewType

AppName = NewType("AppName", str)
"""The name of an application, as `config.yaml` declares it."""

EnvId = NewType("EnvId", str)
"""`t` and seven characters of a base-32 digest (design 5.1)."""

Namespace = NewType("Namespace", str)
"""A Kubernetes namespace, at most 63 characters."""

Commit = NewType("Commit", str)
"""A commit's full object id in lower-case hexadecimal digits."""

Ref = NewType("Ref", bytes)
"""A full ref name, such as `refs/heads/main`; git compares names as bytes, and so do we."""

RunNumber = NewType("RunNumber", int)
"""The number of a run within its environment, from 1."""

HEADS: Final = b"refs/heads/"
TAGS: Final = b"refs/tags/"


def branch_ref(name: str) -> Ref:
    """The full ref of a branch written in a file or typed by a person."""
    return Ref(HEADS + name.encode("utf-8", "surrogateescape"))


def tag_ref(name: str) -> Ref:
    """The full ref of a tag written in a file."""
    return Ref(TAGS + name.encode("utf-8", "surrogateescape"))


def is_branch(ref: Ref) -> bool:
    """Whether the ref is a branch."""
    return ref.startswith(HEADS)


def short_name(ref: Ref) -> str:
    """The ref as a person calls it (`feature/x`); bytes that are not UTF-8 appear as escapes such as `\\xff`."""
    name = ref.removeprefix(HEADS).removeprefix(TAGS)
    return name.decode("utf-8", "backslashreplace")


def ref_text(ref: Ref) -> str:
    """The full ref as text that can be stored and read back by `ref_from_text`."""
    return ref.decode("utf-8", "surrogateescape")


def ref_from_text(text: str) -> Ref:
    """The ref whose `ref_text` this is."""
    return Ref(text.encode("utf-8", "surrogateescape"))


def short_commit(commit: Commit) -> str:
    """The first seven digits, as people quote a commit."""
    return commit[:7]
