"""Paths that files of a repository name: relative to its root, and never out of it."""

from typing import Final

from reconciler.model.errors import BadValue

_LIMIT: Final = 1024


def repository_path(text: str) -> str:
    """The path without `./`, as git names it.

    Raises `BadValue` for an empty, absolute or climbing path and for one that no git tree can hold.
    """
    if text.startswith(("/", "~")) or "\\" in text or "\0" in text:
        raise BadValue(f"path {text!r} does not lie in the repository", "write it relative to the root, with '/' between folders")
    steps = [step for step in text.split("/") if step not in ("", ".")]
    if ".." in steps:
        raise BadValue(f"path {text!r} leads out of the repository", "write it relative to the root, without '..'")
    if not steps or text.endswith("/") or len(text) > _LIMIT:
        raise BadValue(
            f"path {text[:40]!r} names no file", "write the path of a file, such as .release/application_template.yaml"
        )
    return "/".join(steps)
