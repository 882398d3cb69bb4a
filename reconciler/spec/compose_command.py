"""`entrypoint` and `command` of a Compose service as Kubernetes means `command` and `args`."""

import shlex

from reconciler.spec.compose_interpolate import SECRET
from reconciler.spec.compose_project import Body, Project, is_null
from reconciler.spec.node import MappingNode, Scalar, SequenceNode


def command_of(service: MappingNode, project: Project) -> Body:
    """`entrypoint` → `command`, `command` → `args`; a text is split as a shell splits it, without running one.

    An empty entrypoint removes the image's own, so that the command takes its place. A credential becomes `$(NAME)`, which
    Kubernetes replaces by the container's variable.
    """
    entrypoint, words = _words(service, "entrypoint", project=project), _words(service, "command", project=project)
    if entrypoint == []:
        if words:
            return {"command": words}
        project.left(service.members["entrypoint"].key, "an empty entrypoint", hint="write the command that is to run")
    return {key: value for key, value in (("command", entrypoint), ("args", words)) if value}


def split(text: str) -> list[str] | None:
    """The words of a command line; `None` where a quote is not closed."""
    try:
        return shlex.split(text)
    except ValueError:
        return None


def _words(service: MappingNode, key: str, *, project: Project) -> list[str] | None:
    node = service.get(key)
    if node is None or is_null(node):
        return None
    words: list[str] | None = None
    if isinstance(node, Scalar):
        words = split(node.text)
    elif isinstance(node, SequenceNode) and all(isinstance(item, Scalar) for item in node.items):
        words = [item.text for item in node.items if isinstance(item, Scalar)]
    if words is None:
        project.wrong(node.place, f"{key} is no command", hint="write it as a text with closed quotes, or as a list of words")
        return None
    return [SECRET.sub(r"$(\1)", word) for word in words]
