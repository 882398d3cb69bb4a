"""Every error the program raises on purpose, by what must happen next.

ReconcilerError
├── BadValue            a text does not follow its grammar; the reader of a file turns it into a problem
├── Retry               the same call may go through later
│   ├── Unreachable     a repository, registry or server did not answer
│   └── Busy            somebody else holds a lock
└── NeedsPerson         nothing gets better by itself
    ├── BadInput        problems in files that people write
    ├── Missing         what was asked for by name is not there
    ├── Refused         a target, repository or rule says no
    ├── Fenced          another process changed the record in between
    ├── InTheWay        something that is not ours stands where our object must go
    ├── StoreProblem    the store cannot be read or is from a newer version
    └── NoSpace         the disk is full or may not be written
"""

from enum import StrEnum
from typing import ClassVar

from reconciler.model.problem import Problem


class Next(StrEnum):
    """What must happen before it can work."""

    RETRY = "retry"
    PERSON = "person"


class ReconcilerError(Exception):
    """The root: `message` begins with the thing, `hint` says what to do next."""

    next: ClassVar[Next] = Next.PERSON

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class BadValue(ReconcilerError, ValueError):
    """A text does not follow its grammar."""


class Retry(ReconcilerError):
    """The same call may go through later."""

    next = Next.RETRY


class Unreachable(Retry):
    """A repository, registry or server did not answer, or not within its deadline."""


class Busy(Retry):
    """Somebody else holds a lock; the message names the holder."""


class NeedsPerson(ReconcilerError):
    """Nothing gets better by itself."""


class BadInput(NeedsPerson):
    """Problems in files that people write; all of them."""

    def __init__(self, message: str, problems: tuple[Problem, ...], *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.problems = problems


class Missing(NeedsPerson):
    """What was asked for by name is not there: an environment, an application, a command's file."""


class Refused(NeedsPerson):
    """A target, a repository or a rule says no."""


class Fenced(NeedsPerson):
    """The record was changed by another process since it was read, so nothing was written."""


class InTheWay(NeedsPerson):
    """Something that is not ours stands where our object must go."""


class StoreProblem(NeedsPerson):
    """The store cannot be read, or was written by a newer version."""


class NoSpace(NeedsPerson):
    """The disk is full, or the folder may not be written."""
