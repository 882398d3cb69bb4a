"""A secret store that is a directory: one file per value."""

import os
import stat
from pathlib import Path

from reconciler.model.secret import SecretValue
from reconciler.secrets.text import LARGEST, value_of


def read_directory(directory: Path, path: str) -> SecretValue | str:
    """The value in the file at `path` below the directory, without one newline at its end; or why there is none.

    Symbolic links are followed inside the directory (mounted Secrets are made of them), never out of it.
    """
    try:
        root = directory.resolve(strict=True)
        found = (root / path).resolve(strict=True)
    except (OSError, RuntimeError):
        return f"there is no file {path} in {directory}" if directory.is_dir() else f"there is no directory {directory}"
    if not found.is_relative_to(root):
        return f"{path} is a symbolic link out of {directory}"
    try:
        return _read(found)
    except OSError as error:
        return f"{found} cannot be read: {error.strerror}"


def _read(path: Path) -> SecretValue | str:
    """What `resolve` found is opened without following anything again, and without waiting for a pipe's other end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return f"{path} is not a file"
        content = file.read(LARGEST + 1)
    return value_of(content, str(path))
