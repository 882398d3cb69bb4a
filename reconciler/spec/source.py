"""A file's bytes become text that a parser may see, or the problem that forbids it."""

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Final

from reconciler.model.place import Origin, Place, whole_file
from reconciler.model.problem import Problem, Severity
from reconciler.spec.limits import BYTES

_BREAKS: Final = "\r\n|[\r\n\x85\u2028\u2029]"
_BREAK: Final = re.compile(_BREAKS)
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_DIRECTIVE: Final = re.compile("(?:^|(?<=[\r\n\x85\u2028\u2029]))%(?:YAML|TAG)(?![-\\w])")
_USUAL: Final = bytes((0x09, 0x0A, 0x0D, *range(0x20, 0x7F)))
"""The characters of nearly all files. A file without others is known by them to be right, fifty times faster than by search."""

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


@dataclass(frozen=True, slots=True)
class Source:
    """A file as text without byte-order mark, and its lines without their ends."""

    origin: Origin
    text: str

    def lines(self) -> list[str]:
        """The lines as a YAML parser counts them."""
        return _BREAK.split(self.text)

    def place(self, line: int, column: int, *, length: int = 1) -> Place:
        """A place on one line, counted from 0 as the parser does."""
        return Place(self.origin, line + 1, column + 1, line + 1, column + 1 + length)

    def place_of(self, offset: int) -> Place:
        """The place of one character of the text."""
        before = _BREAK.split(self.text[:offset])
        return self.place(len(before) - 1, len(before[-1]))


def decode(source: bytes, origin: Origin) -> Source | Problem:
    """The text of a file in UTF-8, or why it is not one: too large, another encoding, or bytes that no text has."""
    if len(source) > BYTES:
        return _whole(origin, "R001", message=f"the file has more than {BYTES} bytes")
    if source.startswith(_WIDE):
        return _whole(origin, "R002", message="the file is not in UTF-8 but in UTF-16 or UTF-32", hint="save it as UTF-8")
    source = source.removeprefix(BOM_UTF8)
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        readable = Source(origin, source[: error.start].decode())
        message = f"byte 0x{source[error.start]:02x} is not UTF-8"
        return Problem(Severity.ERROR, "R002", readable.place_of(len(readable.text)), message, "save the file as UTF-8")
    forbidden = _FORBIDDEN.search(text) if source.translate(None, _USUAL) else None
    if forbidden is None:
        return Source(origin, text)
    message = f"control character U+{ord(forbidden[0]):04X} is not allowed in YAML"
    hint = "remove it, or write it as an escape in double quotes"
    return Problem(Severity.ERROR, "R003", Source(origin, text).place_of(forbidden.start()), message, hint)


def without_directives(source: Source) -> tuple[Source, tuple[Problem, ...]]:
    """The source with its `%YAML` and `%TAG` lines made comments, and a problem for the first.

    The C parser ignores a version that other parsers obey, so such a file would mean two things.
    """
    found = list(_DIRECTIVE.finditer(source.text)) if "%" in source.text else []
    if not found:
        return source, ()
    hint = "remove the line; files are read as YAML 1.2"
    directives = tuple(
        Problem(Severity.ERROR, "R016", source.place_of(match.start()), f"directive {match[0]} is not supported", hint)
        for match in found[:1]
    )
    return Source(source.origin, _DIRECTIVE.sub(lambda match: "#" + match[0][1:], source.text)), directives


def _whole(origin: Origin, code: str, *, message: str, hint: str = "") -> Problem:
    return Problem(Severity.ERROR, code, whole_file(origin), message, hint)
