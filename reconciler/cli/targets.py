"""The table of targets: each kind's module is imported when one is configured, because a cluster's client is slow to load."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reconciler.model.ports import TargetReader, TargetWriter
from reconciler.model.settings import DirectoryTarget, Installation, KubernetesTarget, Target

_MODULES: Final[Mapping[type[Target], str]] = MappingProxyType(
    {DirectoryTarget: "reconciler.target.directory.open", KubernetesTarget: "reconciler.target.kubernetes.open"}
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The two halves of every target, by name."""

    readers: Mapping[str, TargetReader]
    writers: Mapping[str, TargetWriter]


def open_targets(installation: Installation) -> Opened:
    """Every target of the installation; nothing is read or sent yet."""
    opened = {name: _open(target, installation) for name, target in installation.targets.items()}
    return Opened({name: reader for name, (reader, _) in opened.items()}, {name: writer for name, (_, writer) in opened.items()})


def _open(target: Target, installation: Installation) -> tuple[TargetReader, TargetWriter]:
    module = importlib.import_module(_MODULES[type(target)])
    halves: tuple[TargetReader, TargetWriter] = module.open_target(
        target, installation.name, connections=installation.workers + 1
    )
    return halves
