"""Old names of keys in the files of an application become the new ones, and nothing else in the file changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.place import Origin, Place
from reconciler.model.problem import Problem, Severity, errors_of
from reconciler.spec.node import MappingNode, Node, SequenceNode, plain
from reconciler.spec.reader import read
from reconciler.spec.schema import Format
from reconciler.spec.splice import Sheet, Splice

_NEW_NAMES: Final[Mapping[Format, Mapping[str, str | None]]] = {
    Format.RELEASE: {"default_app_template": "application_template", "default_env_variables": "environment_variables"},
    Format.TEMPLATE: {"mode": None},
    Format.VARIABLES: {"envs": "defaults"},
}
"""`None` stands for a key that has no successor and goes (Release: `mode` is deprecated and has no effect)."""

_CODES: Final = {Format.RELEASE: "R205", Format.VARIABLES: "R402"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One key with an old name, and its new one; `None` where the key goes."""

    place: Place
    old: str
    new: str | None

    def __str__(self) -> str:
        return f"{self.old} becomes {self.new}" if self.new else f"{self.old} has no effect any more and goes"


@dataclass(frozen=True, slots=True)
class Renamed:
    """The file after the edits; with an error among the problems it is what it was, and there are no edits."""

    content: bytes
    edits: tuple[Edit, ...]
    problems: tuple[Problem, ...]


def rename_keys(source: bytes, origin: Origin, *, format: Format) -> Renamed:
    """The file with new names. A file that is not YAML, and one with an old name beside its new one, stays as it is."""
    reading = read(source, origin)
    if errors_of(reading.problems) or not isinstance(reading.root, MappingNode):
        return Renamed(source, (), errors_of(reading.problems))
    found = [(node, edit) for node in _holders(reading.root, format) for edit in _edits(node, format)]
    problems = [problem for node, edit in found if (problem := _conflict(node, edit, format=format)) is not None]
    if problems or not found:
        return Renamed(source, (), tuple(problems))
    sheet = Sheet(source)
    splices = [(edit, _splice(sheet, node, edit=edit)) for node, edit in found]
    lost = [edit for edit, splice in splices if splice is None]
    content = sheet.spliced(splice for _, splice in splices if splice is not None)
    if not lost and not _means_the_same(content, reading.root, origin=origin, format=format):
        lost = [edit for edit, _ in splices]
    if lost:
        return Renamed(source, (), tuple(_by_hand(edit) for edit in lost))
    return Renamed(content, tuple(edit for edit, _ in splices), ())


def _holders(root: MappingNode, format: Format) -> Iterator[MappingNode]:
    """The mappings whose keys may be old: the root, and the entries of a template, each once."""
    yield root
    entries = root.get("environment_templates") if format is Format.TEMPLATE else None
    items = entries.items if isinstance(entries, SequenceNode) else ()
    yield from {id(item): item for item in items if isinstance(item, MappingNode)}.values()


def _edits(node: MappingNode, format: Format) -> Iterator[Edit]:
    for old, new in _NEW_NAMES.get(format, {}).items():
        if old in node.members:
            yield Edit(node.members[old].key, old, new)


def _conflict(node: MappingNode, edit: Edit, *, format: Format) -> Problem | None:
    beside = node.members.get(edit.new) if edit.new else None
    if beside is None:
        return None
    message = f"{edit.old} stands beside {edit.new}, its new name, so the file is left as it is"
    return Problem(Severity.ERROR, _CODES[format], edit.place, message, "keep one of the two", (beside.key,))


def _by_hand(edit: Edit) -> Problem:
    message = f"{edit.old} is written in a way that cannot be changed without touching something else"
    hint = f"write {edit.new} instead" if edit.new else "take it out by hand"
    return Problem(Severity.ERROR, "R870", edit.place, message, hint)


def _means_the_same(content: bytes, before: MappingNode, *, origin: Origin, format: Format) -> bool:
    """Whether the new file is the old one with the new names, and nothing else."""
    after = read(content, origin)
    names = _NEW_NAMES[format]
    wanted = _with_new_names(plain(before), names)
    entries = wanted.get("environment_templates")
    if format is Format.TEMPLATE and isinstance(entries, list):
        wanted["environment_templates"] = [
            _with_new_names(entry, names) if isinstance(entry, dict) else entry for entry in entries
        ]
    return after.root is not None and not errors_of(after.problems) and plain(after.root) == wanted


def _with_new_names(value: object, names: Mapping[str, str | None]) -> dict[str, object]:
    members = value if isinstance(value, dict) else {}
    return {names.get(key) or key: inner for key, inner in members.items() if key not in names or names[key] is not None}


def _splice(sheet: Sheet, node: MappingNode, *, edit: Edit) -> Splice | None:
    """The edit of one key; `None` where it cannot be made at this place."""
    return _taken_out(sheet, node, edit=edit) if edit.new is None else _renamed(sheet, edit, new=edit.new)


def _renamed(sheet: Sheet, edit: Edit, *, new: str) -> Splice | None:
    """The name alone, so that its quotes stay."""
    start, end = sheet.start(edit.place), sheet.end(edit.place)
    at = sheet.text.find(edit.old, start, end)
    return Splice(at, at + len(edit.old), new) if at >= 0 else None


def _taken_out(sheet: Sheet, node: MappingNode, *, edit: Edit) -> Splice | None:
    """The key with its value: their lines, or up to the next key where something else begins the line."""
    start, end = sheet.start(edit.place), _end_of_value(sheet, node, key=edit.old)
    keys = list(node.members)
    position = keys.index(edit.old)
    following = node.members[keys[position + 1]].key if position + 1 < len(keys) else None
    in_braces = sheet.text[sheet.start(node.place) : sheet.start(node.place) + 1] == "{"
    line = sheet.line_start(start)
    if not in_braces and not sheet.text[line:start].strip(" "):
        return _lines(sheet, line, start=start, end=end)
    if following is not None:
        return _clean(sheet, Splice(start, sheet.start(following), ""), begin=end)
    if in_braces and position:
        before = _end_of_value(sheet, node, key=keys[position - 1])
        return _clean(sheet, Splice(before, end, ""), begin=before)
    return None


def _lines(sheet: Sheet, line: int, *, start: int, end: int) -> Splice | None:
    """Whole lines; a comment behind the value stays where the key was."""
    stop, whole = sheet.rest_of_line(end)
    behind = sheet.text[end:stop]
    if not behind.strip():
        return Splice(line, whole, "")
    comment = end + len(behind) - len(behind.lstrip())
    return Splice(start, comment, "") if sheet.text[comment] == "#" else None


def _clean(sheet: Sheet, splice: Splice, *, begin: int) -> Splice | None:
    """The splice, unless it would take a comment along that belongs to something else."""
    return None if "#" in sheet.text[begin : splice.end] else splice


def _end_of_value(sheet: Sheet, node: MappingNode, *, key: str) -> int:
    """Behind the value; behind the colon where nothing is written."""
    member = node.members[key]
    end_of_key = sheet.end(member.key)
    colon = sheet.text.find(":", end_of_key) + 1
    return max(colon, sheet.end(member.value.place) if _is_below(member.value, member.key) else 0)


def _is_below(value: Node, key: Place) -> bool:
    """Whether the value stands behind its key; what an alias means stands elsewhere."""
    return (value.place.line, value.place.column) > (key.line, key.column)
