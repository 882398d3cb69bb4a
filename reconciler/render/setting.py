"""What config.yaml says that rendering one environment needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.ids import AppName
from reconciler.model.settings import Application, Target


@dataclass(frozen=True, slots=True)
class Setting:
    """`target` is the one that receives the environment's objects; `applications` are all that config.yaml declares."""

    installation: str
    target: Target
    applications: Mapping[AppName, Application]
