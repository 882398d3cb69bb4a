"""The order in which changes are carried out: waves first, then deletions the other way round."""

from collections.abc import Sequence

from reconciler.kinds.table import kind_of
from reconciler.model.change import Change, Operation
from reconciler.model.rendered import Wave


def in_waves(changes: Sequence[Change], waves: Sequence[Wave]) -> tuple[Change, ...]:
    """Creations, updates and what is kept in the order of their waves, within one by kind and name; then deletions.

    What stands in no wave comes after all of them. Deletions go from what leans on others to what others lean on; those that
    must precede a change come first of all.
    """
    at = {key: number for number, wave in enumerate(waves) for key in wave.keys}

    def place(change: Change) -> tuple[int, int, int, str, str]:
        kind = kind_of(change.key.kind)
        if change.operation is Operation.DELETE:
            return (0 if kind.goes_first else 2, 0, -kind.wave, kind.name, change.key.name)
        return (1, at.get(change.key, len(waves)), kind.wave, kind.name, change.key.name)

    return tuple(sorted(changes, key=place))
