"""Tell from what git complained of whether it may go through later or a person must look, in words that hold no secret."""

import re
from typing import Final

from reconciler.git.credentials import redacted
from reconciler.git.process import Access, Ending, Finished
from reconciler.model.errors import NoSpace, ReconcilerError, Refused, Unreachable

_LONGEST: Final = 300

# The first pattern that is found in git's complaint decides; git speaks English here (LC_ALL=C).
_NO: Final = (
    (r"transport '[^']*' not allowed", "git may not use this address", "use https or ssh"),
    (
        r"dubious ownership",
        "it belongs to another user of this machine",
        "let the reconciler run as its owner, or use https or ssh",
    ),
    (r"Host key verification failed", "its host key is not the one in the known hosts file", "check known_hosts_file"),
    (
        r"Authentication failed|could not read (Username|Password)|error: 40[13]",
        "it did not accept the credentials",
        "check `credentials:`",
    ),
    (r"Permission denied", "it did not accept the credentials", "check `credentials:`"),
    (r"error: 30\d", "it is somewhere else now (redirects are not followed)", "write the new address"),
    (
        r"[Rr]epository (.* )?not found|not appear to be a git|error: 404|not valid: is this a git",
        "there is no repository",
        "check the address",
    ),
    (r"certificate", "its certificate is not trusted", "set GIT_SSL_CAINFO to the authority's certificate"),
)
_DISK: Final = re.compile(r"No space left on device|Read-only file system|insufficient permission for adding")
_BROKEN: Final = re.compile(
    r"not a git repository|object file .* is empty|corrupt|bad (object|tree|index file|pack)|invalid sha1 pointer"
    r"|unable to read (tree|sha1)|missing (blob|tree|commit)|packfile .* (cannot|does not|is far)|could not parse"
    r"|did not send all necessary objects"
)


def failure(finished: Finished, what: str, *, access: Access, deadline: float) -> ReconcilerError:
    """The error for a command that did not succeed at a remote. `what` names the repository by its address."""
    if finished.ending is Ending.TOO_LATE:
        return Unreachable(f"{what} did not answer within {deadline:g} seconds", "it is asked again at the next pass")
    if finished.ending is Ending.TOO_MUCH:
        return Refused(f"{what} answers with more than can be read", "it may have too many refs: delete old branches and tags")
    said = essence(finished.complaint, access)
    if _DISK.search(finished.complaint):
        return NoSpace(f"the mirror of {what} cannot be written: {said}", "make room, or check who may write the folder")
    for pattern, meaning, hint in _NO:
        if re.search(pattern, finished.complaint):
            return Refused(f"{what} cannot be read: {meaning} (git: {said})", hint)
    return Unreachable(
        f"{what} cannot be reached (git: {said or f'exit status {finished.status}'})", "it is asked again at the next pass"
    )


def mirror_is_broken(finished: Finished) -> bool:
    """Whether git's complaint is about the mirror's own objects, so that making it anew would help."""
    return not finished.good and _BROKEN.search(finished.complaint) is not None


def essence(complaint: str, access: Access) -> str:
    """The lines that say why, joined, without secrets, control characters and what git says to everybody."""
    lines = [line.strip() for line in redacted(complaint, access).splitlines()]
    telling = [
        line for line in lines if line.startswith(("fatal:", "error:", "ssh:", "remote:")) and "Could not read from" not in line
    ]
    text = "; ".join(telling or [line for line in lines if line][-1:])
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
