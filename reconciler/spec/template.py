"""An application template as it is written: checked against its schema, neither merged nor interpolated."""

from dataclasses import dataclass, replace
from typing import Final

from reconciler.model.configuration import TrackingFacts
from reconciler.model.place import Origin, whole_file
from reconciler.model.problem import Problem, Severity
from reconciler.spec.ambiguous import without_echoes
from reconciler.spec.credentials import credentials
from reconciler.spec.fields import text_of
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, Node
from reconciler.spec.reader import read
from reconciler.spec.schema import Format, check

_UNKNOWN_KEY: Final = "R101"
_MEANT: Final = "did you mean"


@dataclass(frozen=True, slots=True)
class Template:
    """A template's document. `flawed` says that its file has errors: it can be looked at, and not be rendered.

    `tracking` is what it says of its own branches, which importers read from the default branch; `size` is in bytes.
    """

    root: MappingNode
    tracking: TrackingFacts
    flawed: bool = False
    size: int = 0


def read_template(source: bytes, origin: Origin) -> tuple[Template | None, tuple[Problem, ...]]:
    """The template in a file's bytes, and every problem of its YAML and its structure.

    `None` where there is no mapping to look at. A template whose problems are errors is `flawed`, so that `configure` can say
    what else is wrong with it, and what branches it tracks is still known.
    """
    findings = Findings()
    reading = read(source, origin)
    findings.add(reading.problems)
    root = reading.root
    if not isinstance(root, MappingNode):
        _say_what_it_is(root, origin, findings=findings)
        return None, findings.problems
    findings.add(reading.doubts)
    findings.add(credentials(root, source))
    findings.add(_doubts(problem) for problem in check(root, Format.TEMPLATE))
    _warn_of_mode(root, findings)
    return Template(root, _tracking(root), findings.fatal, len(source)), tuple(without_echoes(findings.problems))


def _say_what_it_is(root: Node | None, origin: Origin, *, findings: Findings) -> None:
    hint = "begin with `services:`, or see docs/formats.md"
    if root is not None:
        findings.error("R301", root.place, message="the template is not a mapping", hint=hint)
    elif not findings.fatal:
        findings.error("R301", whole_file(origin), message="the template is empty", hint=hint)


def _doubts(problem: Problem) -> Problem:
    """An unknown key is a doubt, for the format is not fully published; one that is close to a known key is a slip."""
    if problem.code == _UNKNOWN_KEY and not problem.hint.startswith(_MEANT):
        return replace(problem, severity=Severity.WARNING)
    return problem


def _warn_of_mode(root: MappingNode, findings: Findings) -> None:
    if "mode" in root.members:
        findings.warning("R306", root.members["mode"].key, message="mode is deprecated and has no effect", hint="remove it")


def _tracking(root: MappingNode) -> TrackingFacts:
    branch, tag = root.get("tracking_branch"), root.get("tracking_tag")
    return TrackingFacts(
        text_of(branch) or None,
        text_of(tag) or None,
        branch.place if branch is not None else None,
        tag.place if tag is not None else None,
    )
