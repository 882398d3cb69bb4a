"""What people say of one environment's sleep and end, swapped into its record beside whoever else writes there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from reconciler.model.errors import Fenced, Missing
from reconciler.model.ids import EnvId
from reconciler.model.lifetime import Extension
from reconciler.model.ports import TargetReader, TargetWriter
from reconciler.model.record import KeptRecord, Record
from reconciler.model.windows import State, WindowOverride

KEPT: Final = 20
"""How many overrides and extensions are remembered."""

_TRIES: Final = 8


def swap(reader: TargetReader, writer: TargetWriter, *, environment: EnvId, say: Callable[[Record], Record]) -> KeptRecord:
    """The record as it was said, saved by compare-and-swap; who was faster is read again, so that no word gets lost.

    Raises `Missing` for an environment that is not born, and `Fenced` where others are faster again and again.
    """
    for left in reversed(range(_TRIES)):
        kept = reader.records().environments.get(environment)
        if kept is None:
            raise Missing(f"environment {environment} is not born", "`reconciler status` lists the environments")
        record = say(kept.record)
        if record == kept.record:
            return kept
        try:
            return KeptRecord(record, writer.save(record, kept.revision))
        except Fenced:
            if not left:
                raise
    raise AssertionError("the last try either saves or raises")


def overridden(record: Record, override: WindowOverride) -> Record:
    """The record with one more override; the oldest ones that are over are forgotten."""
    return replace(record, window_overrides=(*record.window_overrides, override)[-KEPT:])


def withdrawn(record: Record, state: State, *, now: datetime) -> Record:
    """The record, in which nobody's override says this state any more."""
    overrides = tuple(
        replace(one, withdrawn=now) if one.state is state and (one.ends is None or one.ends > now) else one
        for one in record.window_overrides
    )
    return replace(record, window_overrides=overrides)


def extended(record: Record, extension: Extension) -> Record:
    """The record with one more extension."""
    return replace(record, extensions=(*record.extensions, extension)[-KEPT:])
