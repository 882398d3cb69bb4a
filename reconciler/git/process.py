"""Run git: the one module that starts processes, each in its own group, with a deadline and a fixed environment."""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from git.cmd import Git
from git.exc import GitCommandError, GitCommandNotFound

from reconciler.git.limits import OUTPUT_BYTES
from reconciler.model.errors import Refused

OLDEST: Final = (2, 32)
_CHUNK: Final = 64 * 1024

# What a repository, a machine's or a user's configuration could say otherwise; `fetch.unpackLimit` makes what a fetch brings
# appear as a whole or not at all, so that a commit that is present is complete.
_PRELUDE: Final = (
    "gc.auto=0",
    "gc.autoDetach=false",
    "maintenance.auto=false",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.helper=",
    "protocol.allow=never",
    "http.followRedirects=false",
    "http.sslVerify=true",
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=30",
    "fetch.unpackLimit=1",
    "fetch.recurseSubmodules=false",
    "fetch.showForcedUpdates=false",
    "submodule.recurse=false",
)
_ENVIRONMENT: Final[Mapping[str, str]] = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_INHERITED: Final = frozenset({"GIT_SSL_CAINFO", "GIT_SSL_CAPATH"})


@dataclass(frozen=True, slots=True)
class Access:
    """What one command may reach, and with which credentials: nothing, unless said.

    `protocol` is the only one that git may use. `settings` are `-c` arguments, visible to everybody on the machine;
    `environment` reaches git alone and may hold secrets; `secrets` are texts that no message may show.
    """

    protocol: str = ""
    settings: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


NOWHERE: Final = Access()


class Ending(StrEnum):
    """How a command came to its end."""

    OWN = "own"
    TOO_LATE = "too late"
    TOO_MUCH = "too much"


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended: its exit status (minus the signal, where we ended it), what it printed, and what it complained of."""

    status: int
    output: bytes
    complaint: str
    ending: Ending = Ending.OWN

    @property
    def good(self) -> bool:
        """Whether git ended by itself and was content."""
        return self.ending is Ending.OWN and self.status == 0


def check_git() -> str:
    """The version of git. Raises `Refused` where there is none, or one that is too old for what is asked of it."""
    hint = f"install git {OLDEST[0]}.{OLDEST[1]} or newer"
    try:
        version = Git().version_info
    except (GitCommandNotFound, GitCommandError) as error:
        raise Refused("git was not found", hint) from error
    text = ".".join(map(str, version))
    if tuple(version[:2]) < OLDEST:
        raise Refused(f"git {text} is too old", hint)
    return text


def run(
    arguments: Sequence[str],
    *,
    repository: Path,
    deadline: float,
    access: Access = NOWHERE,
    feed: bytes = b"",
    limit: int = OUTPUT_BYTES,
) -> Finished:
    """One git command in a bare repository, ended with all its children after `deadline` seconds or `limit` bytes of output.

    `feed` is its standard input. Raises `Refused` where git is missing, `OSError` where the disk is full.
    """
    until = time.monotonic() + deadline
    with _laid_down(feed) as standard_input:
        started = _start(arguments, repository=repository, access=access, standard_input=standard_input)
    process = _popen(started)
    try:
        ending, output, complaint = _collect(process, until=until, limit=limit)
        if ending is Ending.OWN:
            ending = _await(process, until)
    finally:
        _end(process)
    return Finished(process.returncode, output, complaint.decode("utf-8", "replace"), ending)


class Conversation:
    """A git command that is kept running, asked by lines and answering in bytes; for one thread at a time."""

    def __init__(self, arguments: Sequence[str], *, repository: Path, deadline: float) -> None:
        self._started = _start(arguments, repository=repository, access=NOWHERE, standard_input=subprocess.PIPE)
        self._process = _popen(self._started)
        self._deadline = deadline
        self._pending = bytearray()

    def ask(self, line: bytes) -> None:
        """Send one line. Raises `OSError` where the command is gone."""
        os.write(_stream(self._process.stdin).fileno(), line + b"\n")

    def line(self) -> bytes:
        """The next line, without its end. Raises `OSError` where the command is gone or silent beyond the deadline."""
        while (end := self._pending.find(b"\n")) < 0:
            self._more()
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        return line

    def exactly(self, size: int) -> bytes:
        """The next `size` bytes. Raises `OSError` as `line`."""
        while len(self._pending) < size:
            self._more()
        data = bytes(self._pending[:size])
        del self._pending[:size]
        return data

    def close(self) -> None:
        """End the command; closing twice is closing once."""
        _end(self._process)

    def _more(self) -> None:
        output = _stream(self._process.stdout)
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            if not selector.select(self._deadline):
                raise TimeoutError(f"git was silent for {self._deadline:g} seconds")
        chunk = os.read(output.fileno(), _CHUNK)
        if not chunk:
            raise BrokenPipeError("git ended in the middle of an answer")
        self._pending += chunk


def _start(
    arguments: Sequence[str], *, repository: Path, access: Access, standard_input: int | BinaryIO | None
) -> "Git.AutoInterrupt":
    command = [*_without_inherited(access.environment), str(Git.GIT_PYTHON_GIT_EXECUTABLE or "git")]
    for setting in (*_PRELUDE, *access.settings):
        command += ["-c", setting]
    environment = {**_ENVIRONMENT, "GIT_DIR": str(repository), "GIT_ALLOW_PROTOCOL": access.protocol, **access.environment}
    try:
        return Git(str(repository.parent)).execute(
            [*command, *arguments],
            istream=standard_input,
            as_process=True,
            env=environment,
            start_new_session=True,
        )
    except GitCommandNotFound as error:
        raise Refused("git was not found", f"install git {OLDEST[0]}.{OLDEST[1]} or newer") from error


def _without_inherited(given: Mapping[str, str]) -> tuple[str, ...]:
    """GitPython hands the whole environment down, in which a hook's or a person's `GIT_…` would rule over what we say."""
    allowed = {*_ENVIRONMENT, *_INHERITED, "GIT_DIR", "GIT_ALLOW_PROTOCOL", *given}
    foreign = [name for name in os.environ if name.startswith(("GIT_", "SSH_ASKPASS")) and name not in allowed]
    return ("env", *(f"--unset={name}" for name in foreign)) if foreign else ()


@contextmanager
def _laid_down(feed: bytes) -> Iterator[BinaryIO | None]:
    """A file to read from, as a pipe could block both sides; `None` for nothing to read."""
    if not feed:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(feed)
        file.seek(0)
        yield cast("BinaryIO", file)


def _popen(started: "Git.AutoInterrupt") -> "subprocess.Popen[bytes]":
    if started.proc is None:
        raise RuntimeError("a process that was just started is gone")
    return started.proc


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RuntimeError("a process was started without its pipes")
    return stream


def _collect(process: "subprocess.Popen[bytes]", *, until: float, limit: int) -> tuple[Ending, bytes, bytes]:
    """What both streams bring until they end, the time is over, or it is too much."""
    output, complaint = bytearray(), bytearray()
    ending = Ending.OWN
    with selectors.DefaultSelector() as selector:
        selector.register(_stream(process.stdout), selectors.EVENT_READ, output)
        selector.register(_stream(process.stderr), selectors.EVENT_READ, complaint)
        while ending is Ending.OWN and selector.get_map():
            ready = selector.select(max(0.0, until - time.monotonic()))
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
            if not ready or time.monotonic() > until:
                ending = Ending.TOO_LATE
            elif len(output) > limit or len(complaint) > limit:
                ending = Ending.TOO_MUCH
    return ending, bytes(output), bytes(complaint)


def _await(process: "subprocess.Popen[bytes]", until: float) -> Ending:
    try:
        process.wait(max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Ending.TOO_LATE
    return Ending.OWN


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Leave nothing behind: the whole group is killed while its leader's number is still ours, then the leader is reaped."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()
