"""Feeds bytes that a fuzzer makes to the checks of every format: `scripts/fuzz`."""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["reconciler"]):
    from reconciler.model.ids import AppName
    from reconciler.model.place import Origin
    from reconciler.plan.check import Repository, check_repository, check_template, check_variables_file
    from reconciler.spec.schedules import read_schedules
    from reconciler.spec.settings import read_settings

ORIGIN = Origin("fuzz.yaml")


def one(source: bytes) -> None:
    """Any bytes in the place of any file give problems, and nothing is raised."""
    check_template(source, ORIGIN, name=AppName("shop"))
    check_variables_file(source, ORIGIN, configurations=[])
    read_schedules(source, ORIGIN)
    read_settings(source, ORIGIN, folder=Path("/folder"), home=Path("/home"))
    check_repository(Repository(AppName("shop"), "here", {".release.yaml": source, "a": source}.get, Origin), read_schedules)


atheris.Setup(sys.argv, one)
atheris.Fuzz()
