"""The writing ports, and what a run is given of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.ports import Clock, CommitKeeper, Journal, TargetWriter


@dataclass(frozen=True, slots=True)
class Writing:
    """The ports that write."""

    keeper: CommitKeeper
    targets: Mapping[str, TargetWriter]
    journal: Journal


@dataclass(frozen=True, slots=True)
class Crew:
    """Who carries out one plan: one target's writer, the journal, the keeper of commits and the clock."""

    writer: TargetWriter
    keeper: CommitKeeper
    journal: Journal
    clock: Clock
