"""Where a repository is: the addresses that are allowed, and what of them may be shown."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from reconciler.model.errors import Refused

_HOST: Final = re.compile(r"(?=[A-Za-z0-9\[])[A-Za-z0-9.\-_:\[\]]+")
_SCP: Final = re.compile(
    r"(?:(?P<user>[A-Za-z0-9_][\w.\-]*)@)?(?P<host>[A-Za-z0-9][\w.\-]*):(?!/?/)(?P<path>[^-].*|/.*)", re.ASCII
)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_UNFIT_FOR_NAMES: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A repository's address. `protocol` is git's word for how it is reached: `https`, `http`, `ssh` or `file`.

    `site` is scheme, host and port, to which credentials are bound; empty for a local path.
    """

    text: str
    protocol: str
    site: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def folder(self) -> str:
        """The mirror's folder: a readable part and twelve digits of the address's digest."""
        readable = _UNFIT_FOR_NAMES.sub("-", "/".join(self.text.rsplit("/", 2)[-2:]).lower().removesuffix(".git")).strip("-")
        digest = hashlib.sha256(self.text.encode("utf-8", "surrogateescape")).hexdigest()
        return f"{readable[:40].rstrip('-') or 'repository'}-{digest[:12]}.git"


def parse_address(text: str, *, allow_local: bool) -> Address:
    """The address that `repository:` gives: `https://…`, `ssh://…`, `user@host:path`; with `allow_local` also absolute paths,
    `file://…`, and `http://` on the loopback interface, which are all this machine.

    Raises `Refused` for anything else: git's other transports can run commands (`ext::`) or have no encryption.
    """
    local = text.startswith(("/", "file://"))
    if not text or text.startswith("-") or not text.isprintable() or (" " in text and not local):
        raise Refused(f"repository {text!r} is not an address", "write https://host/path.git or ssh://git@host/path.git")
    text = text.rstrip("/")
    if local:
        return _local(text, allow_local=allow_local)
    if "://" in text:
        return _remote(text, allow_local=allow_local)
    if "::" not in text and _SCP.fullmatch(text):
        return Address(text, "ssh", text.partition(":")[0])
    raise Refused(
        f"repository {_shown(text)} is neither an https nor an ssh address",
        "write https://host/path.git or ssh://git@host/path.git; a local path must be absolute and needs allow_local: true",
    )


def _local(text: str, *, allow_local: bool) -> Address:
    if not allow_local:
        raise Refused(f"repository {text} is a local path", "set allow_local: true in config.yaml, or use https or ssh")
    return Address(text, "file")


def _remote(text: str, *, allow_local: bool) -> Address:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise Refused(f"repository {_shown(text)} is not an address: {error}", "write https://host/path.git") from error
    _refuse_odd_parts(text, parts)
    if parts.scheme in {"https", "ssh"} or (parts.scheme == "http" and allow_local and parts.hostname in _LOOPBACK):
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return Address(text, parts.scheme, f"{parts.scheme}://{host}" + (f":{port}" if port else ""))
    raise Refused(f"repository {_shown(text)} uses {parts.scheme}, which is not allowed", "use https or ssh")


def _refuse_odd_parts(text: str, parts: SplitResult) -> None:
    host = parts.netloc.rpartition("@")[2]
    if not _HOST.fullmatch(host) or parts.query or parts.fragment or not parts.path.strip("/"):
        raise Refused(f"repository {_shown(text)} is not an address", "write https://host/path.git or ssh://git@host/path.git")
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise Refused(
            f"repository {_shown(text)} holds a user or a password in its address",
            "write the address without them, and `credentials:` beside it",
        )
    if (parts.username or "").startswith("-"):
        raise Refused(f"repository {_shown(text)} is not an address", "a user cannot begin with a dash")


def _shown(text: str) -> str:
    """The address without what stands before an `@`, which may be a secret."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return rest or text.rpartition("@")[2]
    place, slash, path = rest.partition("/")
    return f"{scheme}://{place.rpartition('@')[2]}{slash}{path}"
