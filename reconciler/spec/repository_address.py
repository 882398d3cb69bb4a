"""Addresses of git repositories: which forms are safe to hand to git, and which are refused."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.model.errors import BadValue
from reconciler.spec.folders import Folders

_FORMS: Final = "write https://host/path, ssh://user@host/path or user@host:path"
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE | re.ASCII)
_URL: Final = re.compile(
    r"(?P<scheme>[a-z]+)://(?:(?P<user>[^@/]*)@)?(?P<host>[A-Za-z0-9][-A-Za-z0-9.]*|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?/(?P<path>[^-\s?#][^\s?#]*)",
    re.ASCII,
)
_SCP: Final = re.compile(r"[A-Za-z0-9_][-A-Za-z0-9_.]*@[A-Za-z0-9][-A-Za-z0-9.]*:(?!-)[^\s:]+", re.ASCII)
_USER: Final = re.compile(r"[A-Za-z0-9_][-A-Za-z0-9_.]*", re.ASCII)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Address:
    """A repository's address as git takes it. `ssh` says that a key is what opens it, `local` that it is on this machine."""

    text: str
    ssh: bool = False
    local: bool = False


def repository_address(text: str, folders: Folders, *, allow_local: bool) -> Address:
    """The address, a local path made absolute.

    Raises `BadValue` for an option in disguise, a remote helper (`ext::`), credentials in the address, a scheme that is not on
    the list, and for a local address that is not allowed.
    """
    if text.startswith("-") or "::" in text.split("/", 1)[0] or not text.isprintable() or text != text.strip():
        raise BadValue(f"address {_shown(text)} is not that of a repository", _FORMS)
    scheme = _SCHEME.match(text)
    if scheme is not None:
        return _url(text, scheme[1], allow_local=allow_local)
    if _SCP.fullmatch(text):
        return Address(text, ssh=True)
    return Address(str(_local(folders.path(text), text, allow_local=allow_local)), local=True)


def _url(text: str, scheme: str, *, allow_local: bool) -> Address:
    if scheme == "file":
        path = text.removeprefix("file://")
        if not path.startswith("/"):
            raise BadValue(f"address {text!r} has no absolute path", "write file:///path")
        _local(Path(path), text, allow_local=allow_local)
        return Address(text, local=True)
    if "@" in text and ":" in text.split("://", 1)[1].rsplit("@", 1)[0]:
        raise BadValue("the address holds a password", "take it out, change it, and name a file with the new one in credentials")
    match = _URL.fullmatch(text)
    if match is None or scheme not in {"https", "ssh", "http"}:
        raise BadValue(f"address {_shown(text)} is not that of a repository", _FORMS)
    if scheme == "ssh":
        if match["user"] is not None and not _USER.fullmatch(match["user"]):
            raise BadValue(f"address {_shown(text)} has a user that is none", _FORMS)
        return Address(text, ssh=True)
    if match["user"] is not None:
        raise BadValue(
            "the address holds a user or a token", "write the user in credentials, and name a file with the password there"
        )
    if scheme == "http" and not (allow_local and match["host"] in _LOOPBACK):
        raise BadValue(f"address {text!r} is not encrypted", "write https://")
    return Address(text)


def _shown(text: str) -> str:
    """An address for a message: what stands before an `@` may be a secret."""
    return repr(re.sub(r"[^/@]*@", "***@", text)[:80])


def _local(path: Path, text: str, *, allow_local: bool) -> Path:
    if not allow_local:
        raise BadValue(f"address {text!r} is on the local disk", f"write allow_local: true, or {_FORMS.removeprefix('write ')}")
    return path
