"""The programs of a control plane: which there are, where they lie, and how each is built from Go modules."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
KUBERNETES: Final = "1.36.3"
KWOK: Final = "0.7.0"
MISSING_HINT: Final = "`scripts/controlplane build` makes them from the Go module proxy, once"

_MAJOR, _MINOR, _ = KUBERNETES.split(".")
_VERSION: Final = {"gitVersion": f"v{KUBERNETES}", "gitMajor": _MAJOR, "gitMinor": _MINOR, "gitTreeState": "clean"}
# Without these a server calls itself v0.0.0-master+$Format, which clients cannot parse.
_STAMP: Final = " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in _VERSION.items())


@dataclass(frozen=True, slots=True)
class Program:
    """One program: the Go module's folder beside this file, its package there, and its build's seconds on two cold cores."""

    name: str
    module: str
    package: str
    seconds: int


PROGRAMS: Final = (
    Program("etcd", "kubernetes", "go.etcd.io/etcd/server/v3", 25),
    Program("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", 230),
    Program("kube-controller-manager", "kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager", 65),
    Program("kube-scheduler", "kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler", 20),
    Program("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok", 90),
)
LINKING: Final = f"-s -w {_STAMP}"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where built programs are kept, for all checkouts of a user: one folder a version."""
    root = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".cache")
    return Path(root) / "reconciler" / "controlplane"


def built_folder(environ: Mapping[str, str]) -> Path:
    """Where the programs of this version are kept."""
    return cache_folder(environ) / KUBERNETES


def find(name: str, environ: Mapping[str, str]) -> Path | None:
    """The program: from `KUBEBUILDER_ASSETS` where that is set and has it, else as built; `None` where there is none."""
    folders = [Path(assets)] if (assets := environ.get("KUBEBUILDER_ASSETS")) else []
    for folder in (*folders, built_folder(environ)):
        if os.access(folder / name, os.X_OK):
            return folder / name
    return None


def missing(environ: Mapping[str, str]) -> str | None:
    """Why no control plane can be started, in words; `None` where every program is there."""
    names = [program.name for program in PROGRAMS if find(program.name, environ) is None]
    if not names:
        return None
    note = built_folder(environ) / "unavailable"
    why = f" ({note.read_text().strip()})" if note.is_file() else ""
    return f"{', '.join(names)} not in {built_folder(environ)}{why}; {MISSING_HINT}"
