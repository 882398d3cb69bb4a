"""YAML's event stream becomes nodes that know their places; what is dangerous or ambiguous becomes a problem."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from _ruamel_yaml import CParser
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from reconciler.model.place import Origin, Place
from reconciler.model.problem import Problem, Severity, in_order
from reconciler.spec.ambiguous import ambiguous
from reconciler.spec.limits import DEPTH, EXPANDED, NODES, OLDER, SCALAR
from reconciler.spec.node import MappingNode, Member, Node, Scalar, SequenceNode
from reconciler.spec.resolve_scalar import resolve_plain
from reconciler.spec.source import Source, decode, without_directives
from reconciler.spec.syntax import COLONS, syntax_problem


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: `root` is `None` for a file without a value, and for one whose problems forbid reading it.

    `doubts` are about values that other readers of YAML understand differently; they matter where the file is ours.
    """

    root: Node | None
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()


MERGE: Final = "<<"
"""The key whose mapping is merged into the one around it, where a format of others knows such keys."""


def read(source: bytes, origin: Origin, *, lenient: bool = False, nodes: int = NODES) -> Reading:
    """The nodes of a file, and all that is wrong with it as YAML; never raises, whatever the bytes.

    A lenient reading is for formats of others: it keeps merge keys as written, and says nothing of tags, directives and keys
    that look like numbers.
    """
    decoded = decode(source, origin)
    if isinstance(decoded, Problem):
        return Reading(None, (decoded,))
    text, directives = without_directives(decoded)
    builder = _Builder(text, lenient=lenient, most=nodes)
    root, failure = builder.build(_events(text.text))
    if _older(failure) and len(text.text) <= OLDER:
        builder = _Builder(text, lenient=lenient, most=nodes)
        root, failure = builder.build(_events_of_1_2(text.text))
    failures = [] if failure is None else [syntax_problem(failure, text)]
    problems = in_order([*([] if lenient else directives), *builder.problems, *failures])
    return Reading(root, problems, tuple(builder.doubts))


class _Stop(Exception):
    """Nothing after this point is read; the problem that says so is noted already."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet. `end` is the line and column where its last leaf ends."""

    start: Any
    anchor: str | None
    before: int
    end: tuple[int, int]
    members: dict[str, Member] | None
    items: list[Node] = field(default_factory=list)
    key: str | None = None
    key_place: Place | None = None
    height: int = 0


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an alias stands for, with the number of its nodes and how deep they nest."""

    node: Node
    nodes: int
    height: int


class _Builder:
    """Builds one document. A stack instead of recursion, so that depth is a number to compare and not a crash."""

    def __init__(self, source: Source, *, lenient: bool, most: int) -> None:
        self.most = most
        self.source = source
        self.origin = source.origin
        self.lenient = lenient
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self.root: Node | None = None
        self.whole = True
        self.good_keys: set[str] = set()
        self.lines: list[str] | None = None
        self.open: list[_Open] = []
        self.anchors: dict[str, _Anchored] = {}
        self.nodes = 0
        self.expanded = 0
        self.documents = 0

    def build(self, events: Iterator[Any]) -> tuple[Node | None, YAMLError | None]:
        """The root of the first document, `None` where there is none or where reading had to stop; and why the parser stopped."""
        try:
            for event in events:
                handle = _HANDLERS.get(event.__class__)
                if handle is not None:
                    handle(self, event)
        except _Stop:
            return None, None
        except YAMLError as error:
            return None, error
        return (self.root if self.whole else None), None

    def on_document(self, event: Any) -> None:
        """A second document ends the reading."""
        self.documents += 1
        if self.documents > 1:
            self.refuse("R015", event, message="a second document begins here", hint="keep one document per file")
            raise _Stop

    def on_scalar(self, event: Any) -> None:
        """A key or a value."""
        text: str = event.value
        tag = event.ctag
        self.count(event)
        if tag is not None:
            self.refuse_tag(event)
        if len(text) > SCALAR:
            self.refuse("R014", event, message=f"a value has {len(text)} characters, more than the limit of {SCALAR}")
            raise _Stop
        plain = event.implicit[0] and tag is None
        place = self.place(event)
        top = self.open[-1] if self.open else None
        if top is not None and top.members is not None and top.key_place is None:
            self.on_key(text, place, plain=plain)
            if event.anchor is not None:
                self.anchors[event.anchor] = _Anchored(Scalar(place, text, text, plain), 1, 0)
            return
        value = resolve_plain(text) if plain else text
        if plain and (value.__class__ is str or value.__class__ is float) and (doubt := ambiguous(text, place)) is not None:
            self.doubts.append(doubt)
        self.add(Scalar(place, value, text, plain), place[3:], anchor=event.anchor, nodes=1)

    def on_key(self, text: str, place: Place, *, plain: bool) -> None:
        """A key: a string that the mapping does not have yet."""
        top = self.open[-1]
        top.key_place, top.end = place, place[3:]
        top.key = text
        if plain and not self.lenient and text not in self.good_keys:
            top.key = self.judged_key(text, place)
        if top.members and text in top.members and top.key is not None:
            first, top.key = top.members[text].key, None
            message = f"key {text!r} stands twice in this mapping; the first is in line {first.line}"
            self.problem("R011", place, message=message, hint="remove one of the two", related=(first,))

    def judged_key(self, text: str, place: Place) -> str | None:
        """An unquoted key, which readers of YAML may understand each in its own way; `None` where it is to be left out."""
        if text == MERGE:
            hint = "write the keys out; YAML 1.2 has no merge keys"
            self.problem("R018", place, message="merge key '<<' is not supported", hint=hint)
            return None
        if isinstance(resolve_plain(text), str):
            self.good_keys.add(text)
        else:
            self.problem("R017", place, message=f"key {text or 'nothing'} is not text", hint=f'put it in quotes: "{text}"')
        return text

    def on_alias(self, event: Any) -> None:
        """The node that an anchor before this point stands for."""
        self.count(event)
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            message = f"alias *{event.anchor} has no finished anchor before it"
            self.refuse(
                "R013", event, message=message, hint=f"write &{event.anchor} before a value that does not contain the alias"
            )
            anchored = _Anchored(Scalar(self.place(event), None, "", True), 1, 0)
            self.whole = False
        self.expanded += anchored.nodes
        if self.expanded > EXPANDED or len(self.open) + anchored.height > DEPTH:
            self.refuse("R014", event, message=f"aliases stand for too much here, more than {EXPANDED} values or {DEPTH} levels")
            raise _Stop
        self.add(anchored.node, _end(event), anchor=None, nodes=anchored.nodes, height=anchored.height)

    def on_start(self, event: Any) -> None:
        """A list or mapping begins."""
        self.count(event)
        if event.ctag is not None:
            self.refuse_tag(event)
        if len(self.open) >= DEPTH:
            self.refuse("R014", event, message=f"lists and mappings nest deeper than the limit of {DEPTH}")
            raise _Stop
        members: dict[str, Member] | None = {} if event.__class__ is MappingStartEvent else None
        self.open.append(_Open(event.start_mark, event.anchor, self.nodes + self.expanded, _end(event), members))

    def on_end(self, event: Any) -> None:
        """A list or mapping ends: for one in brackets here, for one by indentation with its last leaf."""
        top = self.open.pop()
        end = max(top.end, _end(event)) if event.end_mark.column > event.start_mark.column else top.end
        place = Place(self.origin, top.start.line + 1, top.start.column + 1, *end)
        items, members = tuple(top.items), top.members
        node = SequenceNode(place, items) if members is None else MappingNode(place, MappingProxyType(members))
        self.add(node, end, anchor=top.anchor, nodes=self.nodes + self.expanded - top.before + 1, height=top.height + 1)

    def add(self, node: Node, end: tuple[int, int], *, anchor: str | None, nodes: int, height: int = 0) -> None:
        """Put a finished node where it belongs."""
        if anchor is not None:
            self.anchors[anchor] = _Anchored(node, nodes, height)
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        top.end = end
        if height:
            top.height = max(top.height, height)
        if top.members is None:
            top.items.append(node)
        elif top.key_place is None:
            top.key_place = node.place
            self.problem("R017", node.place, message="a list, mapping or alias stands as a key", hint="write the key as text")
        else:
            if top.key is not None:
                top.members[top.key] = Member(top.key_place, node)
            top.key = top.key_place = None

    def count(self, event: Any) -> None:
        """One more node."""
        self.nodes += 1
        if self.nodes > self.most:
            self.refuse("R014", event, message=f"the file holds more than {self.most} values")
            raise _Stop

    def refuse_tag(self, event: Any) -> None:
        """Tags change what a value means, each reader in its own way."""
        if not self.lenient:
            hint = "remove it; write text that looks like a number in quotes"
            self.refuse("R012", event, message=f"tag {event.tag} is not supported", hint=hint)

    def refuse(self, code: str, event: Any, *, message: str, hint: str = "") -> None:
        """Note a problem where the event begins."""
        self.problem(code, self.source.place(event.start_mark.line, event.start_mark.column), message=message, hint=hint)

    def problem(self, code: str, place: Place, *, message: str, hint: str = "", related: tuple[Place, ...] = ()) -> None:
        """Note an error."""
        self.problems.append(Problem(Severity.ERROR, code, place, message, hint, related))

    def place(self, event: Any) -> Place:
        """The place of a scalar or alias; a block scalar ends with its last line that is not empty."""
        start, end = event.start_mark, event.end_mark
        line, column = end.line, end.column
        if column == 0 and line > start.line:
            line, column = self.end_of_block(line, start.line)
        return Place(self.origin, start.line + 1, start.column + 1, line + 1, column + 1)

    def end_of_block(self, line: int, first: int) -> tuple[int, int]:
        """The end of the last line before `line` that is not blank, counted from 0."""
        if self.lines is None:
            self.lines = self.source.lines()
        line -= 1
        while line > first and not self.lines[line].strip():
            line -= 1
        return line, len(self.lines[line])


def _events(text: str) -> Iterator[Any]:
    """The C parser's events. One parser per file: they are not safe to share between threads."""
    return iter(CParser(text).get_event, None)


def _older(failure: YAMLError | None) -> bool:
    """Whether the C parser, which is one for YAML 1.1, refused what may be good YAML 1.2."""
    return isinstance(failure, MarkedYAMLError) and failure.problem in COLONS


def _events_of_1_2(text: str) -> Iterator[Any]:
    """The events of a parser in Python, a hundred times slower, which knows that `{image: nginx:1.27}` needs no quotes."""
    return iter(YAML(typ="safe", pure=True, plug_ins=[]).parse(text))


def _end(event: Any) -> tuple[int, int]:
    return event.end_mark.line + 1, event.end_mark.column + 1


_HANDLERS: Final = {
    DocumentStartEvent: _Builder.on_document,
    ScalarEvent: _Builder.on_scalar,
    AliasEvent: _Builder.on_alias,
    MappingStartEvent: _Builder.on_start,
    SequenceStartEvent: _Builder.on_start,
    MappingEndEvent: _Builder.on_end,
    SequenceEndEvent: _Builder.on_end,
}
