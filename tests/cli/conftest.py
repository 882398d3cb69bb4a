"""Ways to change a village."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Village

TEMPLATE = ".release/application_template.yaml"


@pytest.fixture
def edit(village: "Village") -> Callable[..., str]:
    """Commit a change of one file: `edit("frontend", old, new, branch=…, file=…)`; the new commit."""

    def change(application: str, old: str, new: str, *, branch: str = "main", file: str = TEMPLATE) -> str:
        repository = village.repository(application)
        text = repository.git("show", f"{branch}:{file}") + "\n"
        assert old in text, f"{old!r} is not in {file}"
        return repository.commit({file: text.replace(old, new)}, branch=branch)

    return change


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[Path, str], None]]:
    """Mount a small file system on a folder, or give the one there another size: `small_disk(folder, "64k")`; takes root."""
    mounted: list[Path] = []

    def mount(folder: Path, size: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        options = f"remount,size={size}" if folder in mounted else f"size={size}"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False, text=True
        )
        if done.returncode:
            pytest.skip(f"mounting a small file system takes root: {done.stderr}")
        mounted.append(folder)

    yield mount
    for folder in dict.fromkeys(mounted):
        subprocess.run(["umount", str(folder)], check=True)
