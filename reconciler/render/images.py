"""Which image a container runs (design 7.10)."""

import re
from collections.abc import Iterator
from typing import Final

from reconciler.model.names import is_image
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import Container, Job
from reconciler.render.rendering import Rendering

_TAG: Final = re.compile(r"(:[^/:@]*)?(@[^/]*)?$")


def image_of(rendering: Rendering, container: Container) -> str:
    """The image's full name; empty where there is none, which `check_images` reports."""
    container = image_giver(rendering, container)
    if not container.built:
        return container.image or ""
    pattern = rendering.setting.applications[rendering.application].image
    if pattern is None:
        return f"{_TAG.sub('', container.image, count=1)}:{rendering.member.commit}" if container.image else ""
    values = {"repository": repository_name(rendering.member.repository), "name": built_name(rendering, container)}
    return _fill(pattern, values | {"commit": rendering.member.commit})


def check_images(rendering: Rendering) -> Iterator[Problem]:
    """Containers without an image, images that are none, and a note where a commit is taken for a tag without a pattern."""
    for container in _containers(rendering):
        image = image_of(rendering, container)
        if not image:
            yield _no_image(rendering, container)
        elif not is_image(image):
            message = f"image {image!r} of {container.name} is not the name of an image"
            yield _problem("R631", container.at("image"), message=message, hint="write it like registry.example.com/team/api:1.2")
        elif container.built and rendering.setting.applications[rendering.application].image is None:
            name = image.removesuffix(rendering.member.commit)
            message = f"image of {container.name} is taken to be {name}{{commit}}: built images have no pattern"
            hint = f"write `image:` for {rendering.application} in config.yaml"
            yield Problem(Severity.NOTE, "R632", container.at("image"), message, hint)


def repository_name(address: str) -> str:
    """`owner/name` of a repository's address, in lower case as images must be; a bare name where there is no owner."""
    path = re.sub(r"^[a-z+]+://[^/]*/", "/", address.strip())
    path = re.sub(r"^[^/]*@?[^/]+:(?!/)", "/", path) if "://" not in address else path
    steps = [step for step in path.lower().rstrip("/").removesuffix(".git").split("/") if step]
    return "/".join(steps[-2:])


def built_name(rendering: Rendering, container: Container) -> str:
    """The build's name where the template's image ends in one, else the container's."""
    last = _TAG.sub("", container.image or "", count=1).rpartition("/")[2]
    return last if last in rendering.configuration.builds else container.name


def image_giver(rendering: Rendering, container: Container) -> Container:
    """Whose image a container runs: its own, or that of the service which a job without one names in `from_services`."""
    if not isinstance(container, Job) or not container.from_services:
        return container
    service = rendering.configuration.service(container.from_services)
    if service is None:
        return container
    own = container.image is not None or container.built
    same = (container.image, container.built) == (service.image, service.built)
    return container if own and not same else service


def _containers(rendering: Rendering) -> Iterator[Container]:
    """All that run; a job without an image of its own has its service's, which is looked at once."""
    configuration = rendering.configuration
    for service in configuration.services:
        if not service.static:
            yield service
            yield from service.init
    for job in (*configuration.jobs, *configuration.cron_jobs):
        if image_giver(rendering, job) is job:
            yield job


def _fill(pattern: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(repository|name|commit)\}", lambda match: values[match[1]], pattern)


def _no_image(rendering: Rendering, container: Container) -> Problem:
    if container.built:
        hint = f"write `image:` for {rendering.application} in config.yaml, or the image's name here"
        return _problem("R630", container.place, message=f"{container.name} is built and its image has no name", hint=hint)
    hint = "write `image:`, or `has_repo: true` where it is built from this repository"
    return _problem("R630", container.place, message=f"{container.name} has no image", hint=hint)


def _problem(code: str, place: Place, *, message: str, hint: str) -> Problem:
    return Problem(Severity.ERROR, code, place, message, hint)
