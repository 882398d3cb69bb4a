"""A Docker Compose file as the draft of a template, and all that could not be carried over with its line."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.place import Origin, whole_file
from reconciler.spec.compose_draft import Question, draft_of
from reconciler.spec.compose_env_file import read_env_file
from reconciler.spec.compose_project import Project, is_null
from reconciler.spec.compose_source import read_compose
from reconciler.spec.findings import Findings
from reconciler.spec.init_draft import Draft
from reconciler.spec.init_sources import Sources
from reconciler.spec.node import MappingNode, Node


def draft_of_compose(path: str, sources: Sources, *, question: Question) -> Draft:
    """The draft of the Compose file at the path; with an error among its problems it is not to be written."""
    findings = Findings()
    place = sources.origin(path)
    source = sources.read(path)
    if source is None:
        hint = "name a Compose file of the repository"
        findings.error("R860", whole_file(place), message=f"{path} is no file of the repository that can be read", hint=hint)
        return Draft((), (), findings.problems)
    reading = read_compose(source, place)
    findings.add(reading.problems)
    project = Project(path.rpartition("/")[0], sources.read, sources.origin, {}, findings)
    project = replace(project, values=_values(question, project))
    root = reading.root
    if findings.fatal or not _is_compose(root, place, findings=findings) or not isinstance(root, MappingNode):
        return Draft((), (), findings.problems)
    return draft_of(root, project, question=question)


def _is_compose(root: Node | None, place: Origin, *, findings: Findings) -> bool:
    declared = root.get("services") if isinstance(root, MappingNode) else None
    if isinstance(declared, MappingNode) and declared.members:
        return True
    if root is None or is_null(root):
        said, at = "the file is empty", whole_file(place)
    elif isinstance(root, MappingNode) and (declared is None or is_null(declared) or isinstance(declared, MappingNode)):
        said, at = "the file has no services", root.place
    else:
        said, at = "the file is no Compose file", root.place
    findings.error("R860", at, message=said, hint="write `services:` with at least one service below it")
    return False


def _values(question: Question, project: Project) -> Mapping[str, str]:
    """The values of variables: those of `.env` beside the Compose file, or of the file that was asked for."""
    path = question.env_file or project.path(".env")
    source = project.read(path) if path else None
    if source is None:
        if question.env_file:
            message = f"{question.env_file} is no file of the repository"
            project.findings.error("R860", whole_file(project.origin(question.env_file)), message=message)
        return {}
    lines, _ = read_env_file(source, {})
    return {line.key: line.value for line in lines if line.value is not None}
