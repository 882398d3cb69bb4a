"""A Docker Compose file as nodes: read leniently, within the reader's limits, and its merge keys resolved."""

from types import MappingProxyType

from reconciler.model.place import Origin
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Member, Node, SequenceNode
from reconciler.spec.reader import MERGE, Reading, read


def read_compose(source: bytes, origin: Origin) -> Reading:
    """The file's nodes without `<<`, and all that is wrong with it as YAML; never raises."""
    reading = read(source, origin, lenient=True)
    if reading.root is None:
        return reading
    findings = Findings()
    findings.add(reading.problems)
    root = _Merger(findings).node(reading.root)
    return Reading(root, findings.problems)


class _Merger:
    """Puts merged keys in their places. What several aliases share is worked on once."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.done: dict[int, Node] = {}

    def node(self, node: Node) -> Node:
        """The node without merge keys below it; depth and size are bounded by the reader."""
        known = self.done.get(id(node))
        if known is None:
            match node:
                case MappingNode():
                    known = self.mapping(node)
                case SequenceNode(place=place, items=items):
                    known = SequenceNode(place, tuple(self.node(item) for item in items))
                case _:
                    known = node
            self.done[id(node)] = known
        return known

    def mapping(self, node: MappingNode) -> MappingNode:
        """Own keys win over merged ones, and the first of several merged mappings over the next (YAML merge key type)."""
        members = {key: Member(member.key, self.node(member.value)) for key, member in node.members.items() if key != MERGE}
        merged = node.members.get(MERGE)
        for source in self.sources(merged) if merged is not None else ():
            for key, member in source.members.items():
                members.setdefault(key, member)
        return MappingNode(node.place, MappingProxyType(members))

    def sources(self, merged: Member) -> tuple[MappingNode, ...]:
        """The mappings that a merge key names."""
        value = self.node(merged.value)
        items = value.items if isinstance(value, SequenceNode) else (value,)
        found = tuple(item for item in items if isinstance(item, MappingNode))
        if len(found) < len(items):
            hint = "write an alias of a mapping, or a list of such aliases"
            self.findings.error("R018", merged.key, message="merge key '<<' holds something that is no mapping", hint=hint)
        return found
