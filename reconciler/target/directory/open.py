"""Opens a directory: its reader and its writer."""

from reconciler.model.ports import TargetReader, TargetWriter
from reconciler.model.settings import DirectoryTarget
from reconciler.target.directory.reader import DirectoryReader
from reconciler.target.directory.writer import DirectoryWriter


def open_target(target: DirectoryTarget, installation: str, *, connections: int) -> tuple[TargetReader, TargetWriter]:
    """The two halves; a directory needs no connections."""
    del connections
    return DirectoryReader(target, installation), DirectoryWriter(target, installation)
