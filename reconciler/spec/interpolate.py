"""The names of a template (`${env_id}`, `${domain}`, `${app_name}`, `${parameters.x}`) become their values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from reconciler.model.configuration import Unsupported
from reconciler.model.ids import AppName
from reconciler.model.place import Place
from reconciler.spec.fields import text_of
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Member, Node, Scalar, SequenceNode


@dataclass(frozen=True, slots=True)
class Names:
    """What a template's names stand for, and which entries of `environment_templates` are wanted, the best first.

    `application` is the member's; `env_id` and `domain` are the group's (design 7.5). `joined_hosts` keeps the old form of a
    host, `<label>-<env_id>-<domain>` (design 9.5).
    """

    application: AppName
    env_id: str
    domain: str | None
    parameters: Mapping[str, str]
    entries: tuple[str, ...]
    joined_hosts: bool = False


@dataclass(frozen=True, slots=True)
class Interpolated:
    """The document with its names replaced, and the names that are known to Release and not supported."""

    root: MappingNode
    unsupported: tuple[Unsupported, ...]


def interpolate(root: MappingNode, names: Names, *, findings: Findings) -> Interpolated:
    """Replaces every name in every key and text of a merged template.

    Text for a shell or a builder (`command`, `args`, `envs`, `build`…) keeps names that are not ours: containers see them.
    Anywhere else an unknown name is a problem (R310). `${envs.X}` is left to the builder.
    """
    walk = _Walk(names, _defaults(root), findings)
    members = {
        key: member if key in _AS_WRITTEN else Member(member.key, walk.node(member.value, _way_of(key, _Way.STRICT)))
        for key, member in root.members.items()
    }
    return Interpolated(MappingNode(root.place, members), tuple(walk.unsupported))


def put_in(text: str, names: Names) -> str:
    """A single name with `${app_name}` and `${env_id}` put in, for comparing it with names that were interpolated."""
    return text.replace("${app_name}", names.application).replace("${env_id}", names.env_id)


class _Way(Enum):
    """How a text is read: names must be known, names of a shell may stand, or a host is made."""

    STRICT = auto()
    SHELL = auto()
    HOST = auto()


_TOKEN: Final = re.compile(r"\$\$|\$\{(?P<name>[^{}]*)(?P<end>\}?)")
_JOINED: Final = "-${domain}"
_PLAIN_NAMES: Final = ("app_name", "domain", "env_id")
_PARAMETER: Final = "parameters."
_SHELL: Final = frozenset({"command", "args", "envs", "build", "builds", "exec", "description"})
_NOT_RENDERED: Final = frozenset(
    {
        "build_command",
        "build_package_install_command",
        "charts",
        "custom_links",
        "datasets",
        "development_environment",
        "infrastructure",
        "notifications",
        "routes",
        "sidecars",
        "triggers",
    }
)
_AS_WRITTEN: Final = frozenset({"app", "context", "domain", "parameters", "repo_name"})


def _way_of(key: str, way: _Way) -> _Way:
    if way is _Way.SHELL or key in _SHELL or key in _NOT_RENDERED:
        return _Way.SHELL
    return _Way.HOST if key == "hostnames" else way


def _defaults(root: MappingNode) -> Mapping[str, str | None]:
    """The parameters that the template declares, with their defaults."""
    section = root.get("parameters")
    items = section.items if isinstance(section, SequenceNode) else ()
    mappings = [item for item in items if isinstance(item, MappingNode)]
    return {name: text_of(item.get("default")) for item in mappings if (name := text_of(item.get("name"))) is not None}


@dataclass(slots=True)
class _Walk:
    """One document being interpolated."""

    names: Names
    defaults: Mapping[str, str | None]
    findings: Findings
    unsupported: list[Unsupported] = field(default_factory=list)

    def node(self, node: Node, way: _Way) -> Node:
        if isinstance(node, MappingNode):
            return self.mapping(node, way)
        if isinstance(node, SequenceNode):
            return SequenceNode(node.place, tuple([self.node(item, way) for item in node.items]))
        if not _names_in(node):
            return node
        replaced = self.text(node, way)
        return Scalar(node.place, replaced, replaced, node.plain)

    def mapping(self, node: MappingNode, way: _Way) -> MappingNode:
        members: dict[str, Member] = {}
        for written, member in node.members.items():
            key = self.key(written, member.key, way=way) if "${" in written else written
            if key in members:
                self.findings.error(
                    "R325",
                    member.key,
                    message=f"key {key!r} stands twice once names are put in",
                    hint="remove one of the two",
                    related=(members[key].key,),
                )
            value = member.value
            if not isinstance(value, Scalar) or _names_in(value):
                value = self.node(value, _way_of(key, way))
            members.setdefault(key, Member(member.key, value))
        return MappingNode(node.place, members)

    def key(self, key: str, place: Place, *, way: _Way) -> str:
        plain = place.end_column - place.column == len(key)
        return self.text(Scalar(place, key, key, plain), _Way.SHELL if way is _Way.SHELL else _Way.STRICT)

    def text(self, node: Scalar, way: _Way) -> str:
        text = str(node.value)
        if way is _Way.HOST and _JOINED in text and not self.names.joined_hosts:
            text = text.replace(_JOINED, ".${domain}")
            self.findings.note(
                "R313",
                node.place,
                message="a host is joined to the domain with a hyphen; it becomes a name below the domain, with a dot",
                hint="write .${domain}, or say `hosts: joined` for the application in config.yaml",
            )
        parts, last = [], 0
        for token in _TOKEN.finditer(text):
            value = self.token(token, node, way=way)
            parts += [text[last : token.start()], token[0] if value is None else value]
            last = token.end()
        return "".join(parts) + text[last:]

    def token(self, token: re.Match[str], node: Scalar, *, way: _Way) -> str | None:
        """The value of one name; `None` leaves the text as it is."""
        name = token["name"]
        if name is None or name.startswith("envs."):
            return None
        place = _spot(node, token)
        if not token["end"]:
            if way is not _Way.SHELL:
                self.findings.error("R314", place, message=f"{token[0]!r} is not closed", hint="end the name with }")
            return None
        return self.value(name, place, way=way)

    def value(self, name: str, place: Place, *, way: _Way) -> str | None:
        if name in {"env_id", "app_name"}:
            return self.names.env_id if name == "env_id" else self.names.application
        if name == "domain":
            return self.domain(place)
        if name.startswith(_PARAMETER):
            return self.parameter(name.removeprefix(_PARAMETER), place)
        if name == "cloud_account_id":
            said = "the number of the cloud account is not known here"
            self.unsupported.append(Unsupported("${cloud_account_id}", place, said))
        elif way is not _Way.SHELL:
            known = [*_PLAIN_NAMES, *(f"{_PARAMETER}{parameter}" for parameter in self.defaults)]
            hint = self.findings.did_you_mean(name, known)
            self.findings.error("R310", place, message=f"${{{name}}} is not a name of a template", hint=hint)
        return None

    def domain(self, place: Place) -> str | None:
        if self.names.domain is None:
            self.findings.error(
                "R312",
                place,
                message=f"${{domain}} has no value: application {self.names.application!r} has no domain",
                hint=f"write `domain:` for {self.names.application} in config.yaml",
            )
        return self.names.domain

    def parameter(self, name: str, place: Place) -> str | None:
        value = self.names.parameters.get(name, self.defaults.get(name))
        if value is None and name in self.defaults:
            hint = "write a default in the template, or a value in the environment's rule in config.yaml"
            self.findings.error("R311", place, message=f"parameter {name!r} has neither a value nor a default", hint=hint)
        elif value is None:
            hint = self.findings.did_you_mean(name, self.defaults) or f"declare it: `parameters: [{{name: {name}, default: …}}]`"
            self.findings.error("R311", place, message=f"parameter {name!r} is not declared", hint=hint)
        return value


def _names_in(node: Scalar) -> bool:
    return isinstance(node.value, str) and "${" in node.value


def _spot(node: Scalar, token: re.Match[str]) -> Place:
    """The place of the name itself; of the whole text where escapes or line breaks forbid counting characters."""
    place, quote = node.place, 0 if node.plain else 1
    if place.line != place.end_line or place.end_column - place.column != len(node.text) + 2 * quote:
        return place
    column = place.column + quote
    return Place(place.origin, place.line, column + token.start(), place.line, column + token.end())
