"""The order in which changes are carried out: waves first, then deletions the other way round."""

from collections.abc import Sequence

from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation
from reconciler.model.rendered import Wave


def in_waves(changes: Sequence[Change], waves: Sequence[Wave]) -> tuple[Change, ...]:
    """Creations, updates and what is kept in the order of their waves, within one by kind and name; then deletions.

    What stands in no wave comes after all of them. Deletions go from what leans on others to what others lean on.
    """
    at = {key: number for number, wave in enumerate(waves) for key in wave.keys}

    def place(change: Change) -> tuple[bool, int, int, str, str]:
        wave = kind_of(change.key.kind).wave
        if change.operation is Operation.DELETE:
            return (True, 0, -wave, change.key.kind, change.key.name)
        return (False, at.get(change.key, len(waves)), wave, change.key.kind, change.key.name)

    return tuple(sorted(changes, key=place))
