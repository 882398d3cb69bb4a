"""Where the image of a Compose service comes from: a registry, or a build of this repository."""

import re
from typing import Final

from reconciler.spec.compose_credentials import is_credential
from reconciler.spec.compose_interpolate import SECRET
from reconciler.spec.compose_project import Body, Pair, Project, pairs_of
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node, Scalar

_KEYS: Final = frozenset({"context", "dockerfile", "target", "args"})
_REMOTE: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://|git@|github\.com/)|.*\.git(?:#.*)?$")
_IMAGE: Final = re.compile(r"[A-Za-z0-9][-A-Za-z0-9._/:@+]{0,511}")
_TAG: Final = re.compile(r"(?::[^/:@]*)?(?:@[^/]*)?$")


def image_of(service: MappingNode, project: Project, *, name: str) -> Body | None:
    """`image`, `has_repo` and `build`; `None` where no image can be had, which is listed.

    `name` is what the image of a build is called where Compose does not say (Release: `{org}/{repo}/{service}`).
    """
    image, build = _image(service), _build(service.get("build"), project)
    if build is not None:
        own = _TAG.sub("", image, count=1) if image else ""
        return {"image": own or name, "has_repo": True, "build": build}
    if image:
        return {"image": image, "has_repo": False}
    return None


def context_of(service: MappingNode) -> tuple[str, str]:
    """The folder and the Dockerfile of a build as written; two empty texts where there is no build."""
    build = service.get("build")
    if isinstance(build, MappingNode):
        return text_of(build.get("context")) or ".", text_of(build.get("dockerfile")) or "Dockerfile"
    text = text_of(build)
    return (text, "Dockerfile") if text else ("", "")


def why_no_image(service: MappingNode) -> str:
    """Why `image_of` found none."""
    if service.get("image") is not None:
        return "its image has no name once variables are put in"
    if service.get("build") is not None:
        return "it is built from outside this repository"
    return "it has neither an image nor a build"


def _image(service: MappingNode) -> str:
    text = text_of(service.get("image")) or ""
    return text if _IMAGE.fullmatch(text) and not text.endswith((":", "/", "@")) else ""


def _build(node: Node | None, project: Project) -> Body | None:
    if node is None or (isinstance(node, Scalar) and not node.text):
        return None
    long = node if isinstance(node, MappingNode) else MappingNode(node.place)
    written = (text_of(node) if isinstance(node, Scalar) else text_of(long.get("context"))) or "."
    path = None if _REMOTE.match(written) else project.path(written)
    if path is None:
        hint = "give the other repository an application of its own and import it"
        project.left(node.place, f"the build from {written[:80]!r}, which lies outside this repository,", hint=hint)
        return None
    project.left_keys(long, _KEYS, what="build.")
    args = [text for pair in pairs_of(long.get("args")) if (text := _argument(pair, project)) is not None]
    return {
        "context": path or ".",
        **{key: text for key in ("dockerfile", "target") if (text := text_of(long.get(key)))},
        **({"args": args} if args else {}),
    }


def _argument(pair: Pair, project: Project) -> str | None:
    if pair.text is None:
        project.left(pair.place, f"build argument {pair.key}, whose value comes from outside,", hint="write its value")
        return None
    if SECRET.search(pair.text) or is_credential(pair.key, pair.text):
        project.findings.note(
            "R853",
            pair.place,
            message=f"build argument {pair.key} looks like a credential and is left out",
            hint="give it to the builder where images are built",
        )
        return None
    return f"{pair.key}={pair.text}"
