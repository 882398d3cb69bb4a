"""The subject of `--repo`: a repository elsewhere, read through a mirror that lives as long as the command."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.cli.subjects import Request, Subject
from reconciler.git.address import Address, parse_address
from reconciler.git.credentials import access_to
from reconciler.git.limits import Deadlines
from reconciler.git.mirror import Mirror
from reconciler.git.paths import read_path
from reconciler.model.errors import Missing
from reconciler.model.ids import AppName, Commit, Ref, branch_ref, is_branch, short_commit, short_name, tag_ref
from reconciler.model.names import as_label
from reconciler.model.place import Origin
from reconciler.model.refs import Listing
from reconciler.plan.check import Repository


@contextmanager
def opened(request: Request) -> Iterator[tuple[Subject, ...]]:
    """The repository at a revision, at its default branch where none is named.

    Raises `Unreachable` or `Refused` where it cannot be read, and `Missing` where it has no such revision.
    """
    address = address_of(request.remote or "")
    with tempfile.TemporaryDirectory(prefix="reconciler-") as scratch:
        mirror = Mirror(Path(scratch) / address.folder, address, deadlines=Deadlines())
        try:
            listing = mirror.list(access_to(address, None))
            yield (_subject(mirror, listing, revision=request.revision),)
        finally:
            mirror.close()


def address_of(text: str) -> Address:
    """The address that a person typed; `./x`, `../x` and `~/x` are folders of this machine."""
    local = text.startswith(("./", "../", "~")) or text in {".", ".."}
    return parse_address(str(Path(text).expanduser().resolve()) if local else text, allow_local=True)


def _subject(mirror: Mirror, listing: Listing, *, revision: str | None) -> Subject:
    ref, commit = _chosen(mirror, listing, revision=revision)
    name = AppName(as_label(mirror.address.text.rstrip("/").rpartition("/")[2].removesuffix(".git")) or "application")
    facts = mirror.objects.commit(commit)
    if facts is None:
        raise Missing(f"{mirror.address} has no commit {short_commit(commit)}", "name a branch or a tag")

    def read(path: str) -> bytes | None:
        return read_path(mirror.objects, facts.tree, path=path, where=short_commit(commit))

    repository = Repository(
        name=name,
        where=f"{mirror.address} at {short_name(ref) if ref else short_commit(commit)}",
        read=read,
        origin=lambda path: Origin(path, name, commit),
    )
    return Subject(repository=repository, address=mirror.address.text, branch=ref if ref and is_branch(ref) else None)


def _chosen(mirror: Mirror, listing: Listing, *, revision: str | None) -> tuple[Ref | None, Commit]:
    """A branch, a tag, a full ref or a whole commit id, in this order."""
    if revision is None or revision == "HEAD":
        wanted = [listing.head] if listing.head else []
    else:
        wanted = [branch_ref(revision), tag_ref(revision), Ref(revision.encode("utf-8", "surrogateescape"))]
    for ref in wanted:
        if ref in listing.refs:
            return ref, listing.refs[ref]
    if revision is not None and mirror.objects.commit(Commit(revision)) is not None:
        return None, Commit(revision)
    message = f"{mirror.address} has no revision {revision}" if revision else f"{mirror.address} has no default branch"
    raise Missing(message, "name a branch, a tag or a whole commit id with --rev")
