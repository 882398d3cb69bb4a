"""Hints: a push to a local repository or a change of the config is heard at once; what is heard only asks for a look."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Final

import watchfiles

from reconciler.daemon.folders import git_folder, ref_folders, ref_named, tells

_DEBOUNCE: Final = 200
_STEP: Final = 50
_TIMEOUT: Final = 1000
_NAMED: Final = 3

log: Final = logging.getLogger("reconciler")


class Heard(StrEnum):
    """What may have changed."""

    REFS = "refs"
    CONFIG = "config"


@dataclass(frozen=True, slots=True)
class Watched:
    """Local repositories by the names of their applications, and the config file."""

    repositories: Mapping[str, Path]
    config: Path | None = None


class Hints:
    """Watches folders, never files: a file that is replaced by renaming goes silent, and its folder does not.

    All folders share one watch, since systems give few of them (inotify: 128 per user). It is built anew when a folder comes,
    goes or is another one under its old name. Losing an event is harmless, because ticks look at everything anyway.
    """

    def __init__(self, watched: Callable[[], Watched], heard: Callable[[Heard, str], None]) -> None:
        self._watched = watched
        self._heard = heard
        self._before: Mapping[Path, int] | None = None
        self.polling = False

    def listen(self, stop: Event) -> None:
        """Tell of changes until the folders are other ones, or until `stop`; to be called again and again."""
        watched = self._watched()
        gits = _git_folders(watched)
        folders = _folders(watched, gits)
        self._tell_of_moved(folders)
        if not folders:
            stop.wait(_TIMEOUT / 1000)
            return
        try:
            for changes in self._batches(watched, gits, folders=folders, stop=stop):
                self._tell(watched, gits, paths=[Path(path) for _, path in changes])
                if self._watched() != watched or _folders(watched, _git_folders(watched)) != folders:
                    return
        except FileNotFoundError:
            stop.wait(_STEP / 1000)
        except (OSError, RuntimeError) as error:
            self._fall_back(error, stop)

    def _batches(
        self, watched: Watched, gits: Mapping[str, Path], *, folders: Mapping[Path, int], stop: Event
    ) -> Iterable[set[watchfiles.main.FileChange]]:
        return watchfiles.watch(
            *folders,
            watch_filter=lambda _, path: _matters(Path(path), watched, gits=gits),
            debounce=_DEBOUNCE,
            step=_STEP,
            rust_timeout=_TIMEOUT,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=False,
            recursive=False,
            force_polling=True if self.polling else None,
        )

    def _tell(self, watched: Watched, gits: Mapping[str, Path], *, paths: Iterable[Path]) -> None:
        paths = sorted(paths)
        if any(_is_config(path, watched.config) for path in paths):
            self._heard(Heard.CONFIG, f"{watched.config} changed")
        for name, git in gits.items():
            inside = [path for path in paths if path.is_relative_to(git) and tells(git, path)]
            if inside:
                self._heard(Heard.REFS, _push(name, [ref for path in inside if (ref := ref_named(git, path))]))

    def _tell_of_moved(self, folders: Mapping[Path, int]) -> None:
        """What happened between two watches was not heard: look."""
        if self._before is not None and self._before != folders:
            moved = sorted({str(folder) for folder, _ in self._before.items() ^ folders.items()})
            self._heard(Heard.REFS, f"push: folder {moved[0]}" + (f" and {len(moved) - 1} more" if moved[1:] else ""))
        self._before = folders

    def _fall_back(self, error: Exception, stop: Event) -> None:
        if not self.polling:
            log.warning("folders cannot be watched (%s): they are looked through every second instead", error)
        self.polling = True
        stop.wait(_TIMEOUT / 1000)


def _git_folders(watched: Watched) -> Mapping[str, Path]:
    found = {name: git_folder(path) for name, path in watched.repositories.items()}
    return {name: git for name, git in found.items() if git is not None}


def _folders(watched: Watched, gits: Mapping[str, Path]) -> Mapping[Path, int]:
    """Every folder to watch, with its inode; those that vanish meanwhile are left out."""
    wanted = [folder for git in gits.values() for folder in ref_folders(git)]
    if watched.config is not None:
        wanted.append(watched.config.parent)
    found: dict[Path, int] = {}
    for folder in wanted:
        try:
            found[folder] = folder.stat().st_ino
        except OSError:
            continue
    return found


def _matters(path: Path, watched: Watched, *, gits: Mapping[str, Path]) -> bool:
    return _is_config(path, watched.config) or any(path.is_relative_to(git) and tells(git, path) for git in gits.values())


def _is_config(path: Path, config: Path | None) -> bool:
    """The file itself, or the link `..data` through which Kubernetes swaps all files of a mounted ConfigMap at once."""
    return config is not None and path.parent == config.parent and path.name in {config.name, "..data"}


def _push(name: str, refs: list[str]) -> str:
    if not refs or len(refs) > _NAMED:
        return f"push: {name}" + (f" ({len(refs)} refs)" if refs else "")
    return f"push: {name} {', '.join(refs)}"
