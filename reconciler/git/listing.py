"""Ask a remote for its branches, its tags and its HEAD."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.git.address import Address
from reconciler.git.failures import failure
from reconciler.git.limits import REFS
from reconciler.git.process import Access, run
from reconciler.model.errors import Refused, Unreachable
from reconciler.model.ids import HEADS, TAGS, Commit, Ref
from reconciler.model.refs import Listing

_PEELED: Final = b"^{}"
_SHA1: Final = 40
_LINE: Final = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?|ref: [^\t]+)\t([^\t]+)")


def ask_remote(address: Address, repository: Path, *, access: Access, deadline: float) -> Listing:
    """One listing. Raises `Unreachable` or `Refused` with the address."""
    finished = run(("ls-remote", "--symref", "--", address.text), repository=repository, deadline=deadline, access=access)
    if not finished.good:
        raise failure(finished, f"repository {address}", access=access, deadline=deadline)
    return read_listing(finished.output, what=f"repository {address}", at=datetime.now(UTC))


def read_listing(output: bytes, *, what: str, at: datetime) -> Listing:
    """What `git ls-remote --symref` printed: `<id> TAB <ref>`, `<id> TAB <tag>^{}` for what an annotated tag names, and
    `ref: <ref> TAB HEAD`. Names are bytes. Raises `Unreachable` where a line is cut off, `Refused` for too many refs, or for
    objects named by SHA-256.
    """
    refs: dict[Ref, Commit] = {}
    head: Ref | None = None
    for line in output.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise Unreachable(f"{what} answered a listing that cannot be understood", "it is asked again at the next pass")
        told, name = match.groups()
        if told.startswith(b"ref: "):
            head = Ref(told.removeprefix(b"ref: ")) if name == b"HEAD" else head
        elif name.startswith((HEADS, TAGS)):
            refs[Ref(name.removesuffix(_PEELED))] = Commit(told.decode("ascii"))
    if any(len(commit) != _SHA1 for commit in refs.values()):
        raise Refused(f"{what} names its objects by SHA-256", "only repositories with SHA-1 names are read")
    if len(refs) > REFS:
        raise Refused(f"{what} has {len(refs)} branches and tags", f"at most {REFS} are read: delete old ones")
    return Listing(refs, head, at)
