"""One entry of `environment_templates` is merged into its template, on nodes, so that every value keeps its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.place import Place
from reconciler.spec.fields import text_of
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Member, Node, SequenceNode

ENTRIES: Final = "environment_templates"
_STRICT: Final = {"services": "service", "jobs": "job", "cron_jobs": "cron job"}
_WHOLE: Final = {"workflows"}
_WORDS: Final = ("add", "remove")


@dataclass(frozen=True, slots=True)
class Merged:
    """The template without its entries; `entry` is the name of the one that was merged, `removed` what it leaves out.

    What is removed is named by section and name: other sections may go on speaking of it.
    """

    root: MappingNode
    entry: str | None
    removed: frozenset[tuple[str, str]] = frozenset()

    def is_like(self, other: "Merged") -> bool:
        """Whether the same nodes were left by both, so that all that can be said of one is said of the other."""
        mine, theirs = self.root.members, other.root.members
        return mine.keys() == theirs.keys() and all(mine[key] is theirs[key] for key in mine)


def merge(root: MappingNode, wanted: Sequence[str], *, findings: Findings) -> Merged:
    """The template with the first of the wanted entries that it has; the bare template, with a note, where it has none.

    Services, jobs and every other list of named things are overridden by name, key by key; `add: true` and `remove: true` add
    and leave out. Mappings (`resources`, `ingress`) are overridden key by key, all else as a whole (Release, reference
    examples "adding and removing services", "managing service resources").
    """
    bare = MappingNode(root.place, {key: member for key, member in root.members.items() if key != ENTRIES})
    entries = _entries(root, findings)
    _warn_of_stray_words(bare, findings)
    name = next((name for name in wanted if name in entries), None)
    _say_what_is_missing(root, wanted, chosen=name, findings=findings)
    if name is None:
        return Merged(bare, None)
    members = dict(bare.members)
    for key, member in entries[name].members.items():
        if key != "name":
            members[key] = _override(key, members.get(key), override=member, findings=findings)
    return Merged(MappingNode(root.place, members), name, _removed(entries[name]))


def entry_names(root: MappingNode) -> tuple[str, ...]:
    """The names of a template's entries, in its order."""
    return tuple(name for item in _items(root.get(ENTRIES)) if (name := _name(item)) is not None)


def _removed(entry: MappingNode) -> frozenset[tuple[str, str]]:
    return frozenset(
        (section, name)
        for section in _STRICT
        for item in _items(entry.get(section))
        if isinstance(item, MappingNode) and _says(item, "remove") and (name := _name(item)) is not None
    )


def _entries(root: MappingNode, findings: Findings) -> Mapping[str, MappingNode]:
    entries: dict[str, MappingNode] = {}
    for item in _items(root.get(ENTRIES)):
        name = _name(item)
        if name is None or not isinstance(item, MappingNode):
            continue
        if name in entries:
            findings.error(
                "R304",
                item.place,
                message=f"entry {name!r} stands twice in {ENTRIES}",
                hint="join the two",
                related=(entries[name].place,),
            )
        entries.setdefault(name, item)
    return entries


def _say_what_is_missing(root: MappingNode, wanted: Sequence[str], *, chosen: str | None, findings: Findings) -> None:
    if not wanted or chosen == wanted[0]:
        return
    section = root.get(ENTRIES)
    instead = f"entry {chosen!r}" if chosen is not None else "the template without an entry"
    findings.note(
        "R302",
        section.place if section is not None else _start(root.place),
        message=f"{ENTRIES} has no entry {wanted[0]!r}; {instead} is used",
        hint=f"write `- name: {wanted[0]}` if this type of environment needs its own values",
    )


def _start(place: Place) -> Place:
    """The first character: a note about a whole file marks one line, not all of them."""
    return Place(place.origin, place.line, place.column, place.line, place.column + 1)


def _warn_of_stray_words(root: MappingNode, findings: Findings) -> None:
    for section in _STRICT:
        for item in _items(root.get(section)):
            for word in _WORDS:
                if isinstance(item, MappingNode) and word in item.members:
                    findings.warning(
                        "R305",
                        item.members[word].key,
                        message=f"{word} has no effect outside {ENTRIES}",
                        hint=f"move it to an entry of {ENTRIES}",
                    )


def _override(key: str, base: Member | None, *, override: Member, findings: Findings) -> Member:
    """The override's value laid over the base's."""
    if isinstance(override.value, MappingNode) and base is not None and isinstance(base.value, MappingNode):
        return Member(override.key, MappingNode(base.value.place, {**base.value.members, **override.value.members}))
    items = _items(override.value)
    if items and all(_name(item) is not None for item in items):
        below = _items(base.value) if base is not None else ()
        section = _Section(key, findings)
        place = base.value.place if base is not None else override.value.place
        return Member(base.key if base is not None else override.key, SequenceNode(place, section.merge(below, items)))
    return override


@dataclass(frozen=True, slots=True)
class _Section:
    """A list of named things, such as `services`."""

    key: str
    findings: Findings

    def merge(self, base: Sequence[Node], overrides: Sequence[Node]) -> tuple[Node, ...]:
        """The base's items with the overrides laid over them, in the base's order; what is added comes last."""
        items: list[Node] = list(base)
        for override in overrides:
            name = _name(override)
            if name is None or not isinstance(override, MappingNode):
                continue
            at = [index for index, item in enumerate(items) if _name(item) == name]
            if _says(override, "remove"):
                items = self._without(items, name, override=override, found=bool(at))
            elif at:
                items[at[0]] = self._over(items[at[0]], override)
            elif self.key not in _STRICT or _says(override, "add"):
                items.append(_without_words(override))
            else:
                self._unknown(name, override, known=[_name(item) or "" for item in base])
        return tuple(items)

    def _without(self, items: list[Node], name: str, *, override: MappingNode, found: bool) -> list[Node]:
        if not found:
            self.findings.warning(
                "R305",
                override.place,
                message=f"{name!r} is removed from {self.key}, where it does not stand",
                hint="drop this item",
            )
        return [item for item in items if _name(item) != name]

    def _over(self, base: Node, override: MappingNode) -> Node:
        if _says(override, "add"):
            self.findings.warning(
                "R305",
                override.members["add"].key,
                message=f"{_name(override)!r} stands in {self.key} already, so this item overrides it",
                hint="drop `add`",
                related=(base.place,),
            )
        if not isinstance(base, MappingNode) or self.key in _WHOLE:
            return _without_words(override)
        return MappingNode(base.place, {**base.members, **_without_words(override).members, "name": base.members["name"]})

    def _unknown(self, name: str, override: MappingNode, *, known: Sequence[str]) -> None:
        near = self.findings.did_you_mean(name, known)
        self.findings.error(
            "R303",
            override.members["name"].value.place,
            message=f"{_STRICT[self.key]} {name!r} is overridden, but {self.key} has none of that name",
            hint="; ".join(part for part in (near, "write `add: true` to add it") if part),
        )


def _without_words(node: MappingNode) -> MappingNode:
    return MappingNode(node.place, {key: member for key, member in node.members.items() if not _is_word(key, member.value)})


def _is_word(key: str, value: Node) -> bool:
    """A chart's `add` is an address, no word of ours."""
    return key in _WORDS and (text_of(value) or "").lower() in {"true", "false"}


def _says(node: MappingNode, word: str) -> bool:
    return (text_of(node.get(word)) or "").lower() == "true"


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else ()


def _name(node: Node) -> str | None:
    return text_of(node.get("name")) if isinstance(node, MappingNode) else None
