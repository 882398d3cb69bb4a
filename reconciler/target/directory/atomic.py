"""Files that are there as a whole or not at all, whenever the power goes."""

import errno
import os
import secrets
from contextlib import suppress

from reconciler.target.directory.files import Folder
from reconciler.target.directory.layout import OWN, SCRATCH


def make_folder(parent: Folder, name: str, *, mode: int = 0o755) -> Folder:
    """The folder of that name, made where there is none. Raises `OSError`, among it for a symbolic link of that name."""
    with suppress(FileExistsError):
        os.mkdir(name, mode, dir_fd=parent.handle)
        os.fsync(parent.handle)
    folder = parent.folder(name)
    if folder is None:
        raise FileNotFoundError(f"{parent.path / name} was removed while it was made")
    return folder


def replace_file(folder: Folder, name: str, *, content: bytes, mode: int = 0o644) -> None:
    """Puts the whole content under the name, or raises `OSError` and leaves what was there.

    The half-written file lies in `.reconciler`, where nobody who reads the folder's manifests meets it.
    """
    with make_folder(folder, OWN) as own:
        swap_in(own, name, content=content, into=folder, mode=mode)


def swap_in(own: Folder, name: str, *, content: bytes, into: Folder, mode: int = 0o644) -> None:
    """Writes below `own`, then renames into the other folder."""
    scratch = f"{name}.{secrets.token_hex(8)}{SCRATCH}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(scratch, flags, mode, dir_fd=own.handle)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, name, src_dir_fd=own.handle, dst_dir_fd=into.handle)
    except OSError:
        with suppress(OSError):
            os.unlink(scratch, dir_fd=own.handle)
        raise
    os.fsync(into.handle)


def remove_file(folder: Folder, name: str) -> None:
    """Removes a file; one that is gone already is removed. Raises `OSError`."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder.handle)
        os.fsync(folder.handle)


def remove_folder(parent: Folder, name: str) -> bool:
    """Removes an empty folder; false where something is left in it. Raises `OSError`."""
    try:
        os.rmdir(name, dir_fd=parent.handle)
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            return False
        raise
    os.fsync(parent.handle)
    return True
