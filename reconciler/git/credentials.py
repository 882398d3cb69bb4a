"""Hand credentials to git: bound to the host, in the environment of one command, never in an argument or a file."""

import base64
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from reconciler.git.address import Address
from reconciler.git.process import Access
from reconciler.model.errors import Refused
from reconciler.model.secret import MASK
from reconciler.model.settings import Credentials

_USER: Final = "RECONCILER_GIT_USERNAME"
_PASSWORD: Final = "RECONCILER_GIT_PASSWORD"

# git runs this text with a shell and the word `get`; it holds names of variables, not their values.
_HELPER: Final = f'!f() {{ test "$1" = get && printf "username=%s\\npassword=%s\\n" "${_USER}" "${_PASSWORD}"; }}; f'
_SSH: Final = (
    "ssh",
    "-oBatchMode=yes",
    "-oStrictHostKeyChecking=yes",
    "-oUpdateHostKeys=no",
    "-oForwardAgent=no",
    "-oClearAllForwardings=yes",
    "-oPermitLocalCommand=no",
    "-oControlMaster=no",
    "-oConnectTimeout=20",
    "-oServerAliveInterval=15",
)


def access_to(address: Address, credentials: Credentials | None) -> Access:
    """What a command needs to reach the address. Files are read anew each time, so that a rotated password is taken up.

    Raises `Refused` for credentials that do not fit the address or cannot be read.
    """
    if address.protocol == "ssh":
        return Access("ssh", environment=_ssh_environment(credentials))
    if credentials is None or address.protocol == "file":
        return Access(address.protocol)
    if credentials.password_file is None and credentials.password_env is None:
        raise Refused(
            f"credentials ({credentials.place}) hold no password, which {address} asks for",
            "add password_file or password_env, or write an ssh address",
        )
    return _with_password(address, credentials.username or "git", password=_password(credentials))


def redacted(text: str, access: Access) -> str:
    """The text with every secret of the access masked: as it is, percent-encoded, and in base 64."""
    for secret in sorted(access.secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _with_password(address: Address, user: str, *, password: str) -> Access:
    return Access(
        address.protocol,
        settings=(f"credential.{address.site}.helper={_HELPER}",),
        environment={_USER: user, _PASSWORD: password},
        secrets=tuple({form for secret in (password, f"{user}:{password}") for form in _forms(secret)}),
    )


def _forms(secret: str) -> tuple[str, ...]:
    raw = secret.encode("utf-8", "surrogateescape")
    encoded = base64.b64encode(raw).decode("ascii")
    return secret, quote(raw, safe=""), quote(raw), encoded, encoded.rstrip("=")


def _password(credentials: Credentials) -> str:
    text, where = _written(credentials)
    password = text.removesuffix("\n").removesuffix("\r")
    if not password or any(character in password for character in "\n\r\0"):
        raise Refused(
            f"{where} does not hold a password of one line ({credentials.place})", "write the password there and nothing else"
        )
    return password


def _written(credentials: Credentials) -> tuple[str, str]:
    path = credentials.password_file
    if path is None:
        name = credentials.password_env or ""
        return os.environ.get(name, ""), f"environment variable {name}"
    try:
        return path.read_text("utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        because = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Refused(
            f"password file {path} cannot be read: {because} ({credentials.place})", "check the path and its mode"
        ) from error


def _ssh_environment(credentials: Credentials | None) -> Mapping[str, str]:
    words = list(_SSH)
    if credentials is not None and credentials.ssh_key_file is not None:
        key = _existing(credentials.ssh_key_file, "ssh key", credentials=credentials)
        words += ["-F", os.devnull, "-oIdentitiesOnly=yes", f"-oIdentityFile={_ssh_path(key)}"]
    if credentials is not None and credentials.known_hosts_file is not None:
        hosts = _existing(credentials.known_hosts_file, "known hosts file", credentials=credentials)
        words += [f"-oUserKnownHostsFile={_ssh_path(hosts)}", f"-oGlobalKnownHostsFile={os.devnull}"]
    return {"GIT_SSH_COMMAND": shlex.join(words), "GIT_SSH_VARIANT": "ssh"}


def _existing(path: Path, what: str, *, credentials: Credentials) -> Path:
    if not path.is_file():
        raise Refused(f"{what} {path} is not there ({credentials.place})", "check the path")
    return path


def _ssh_path(path: Path) -> str:
    """ssh splits at blanks and expands `%`."""
    return '"' + str(path).replace("%", "%%") + '"'
