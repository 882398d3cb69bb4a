"""Files of a repository mounted into pods (`configmap`): one ConfigMap per service, and a digest that rolls its pods."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.model.digest import digest_of
from reconciler.model.objects import Desired
from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import FileMount, Service
from reconciler.render.labels import label_value
from reconciler.render.names import label_of
from reconciler.render.needs import file_need
from reconciler.render.rendering import Made, Rendering, desired

FILES_DIGEST: Final = "reconciler/files-digest"
_VOLUME: Final = "reconciler-files"
_LARGEST: Final = 1_000_000
"""The API server takes 1 MiB for the whole object; the rest is for names and labels."""


def config_map(rendering: Rendering, service: Service) -> Iterator[Desired]:
    """The service's ConfigMap, where it mounts files; content that is not UTF-8 stands in `binaryData`."""
    if not service.configmap:
        return
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    for key, content in _contents(rendering, service).items():
        text = _text(content)
        if text is None:
            binary[key] = base64.b64encode(content).decode("ascii")
        else:
            data[key] = text
    yield desired(
        Made(
            kind="ConfigMap",
            name=label_of(service.name),
            why=f"files of service {service.name}",
            place=service.at("configmap"),
            body={**({"data": data} if data else {}), **({"binaryData": binary} if binary else {})},
        ),
        rendering,
    )


def file_volumes(service: Service) -> list[dict[str, Any]]:
    """The pod's volume with the files."""
    return [{"name": _VOLUME, "configMap": {"name": label_of(service.name)}}] if service.configmap else []


def file_mounts(service: Service) -> list[dict[str, Any]]:
    """Each file at its path, beside whatever the image has in the same folder."""
    return [
        {"name": _VOLUME, "mountPath": mount.mount_path, "subPath": _key(mount), "readOnly": True} for mount in service.configmap
    ]


def files_digest(rendering: Rendering, service: Service) -> dict[str, str]:
    """The annotation that changes with any file: a file mounted by `subPath` is not refreshed in a running pod."""
    if not service.configmap:
        return {}
    contents = {key: base64.b64encode(content).decode("ascii") for key, content in _contents(rendering, service).items()}
    return {FILES_DIGEST: digest_of(contents)}


def check_files(rendering: Rendering, service: Service) -> Iterator[Problem]:
    """Files that are not there, and more than a ConfigMap can hold."""
    for mount in service.configmap:
        if _content(rendering, mount) is None:
            yield _absent(mount)
    if sum(map(len, _contents(rendering, service).values())) > _LARGEST:
        yield Problem(
            Severity.ERROR,
            "R660",
            service.at("configmap"),
            f"files of service {service.name} are larger than {_LARGEST} bytes together, more than a ConfigMap holds",
            "put large files into the image or on a volume",
        )


def _contents(rendering: Rendering, service: Service) -> Mapping[str, bytes]:
    found = {_key(mount): _content(rendering, mount) for mount in service.configmap}
    return {key: content for key, content in found.items() if content is not None}


def _content(rendering: Rendering, mount: FileMount) -> bytes | None:
    return rendering.inputs.files.get(file_need(rendering.member, mount))


def _key(mount: FileMount) -> str:
    return label_value(mount.name or mount.repo_path)


def _text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _absent(mount: FileMount) -> Problem:
    return Problem(
        Severity.ERROR,
        "R658",
        mount.at("repo_path"),
        f"file {mount.repo_path} is not in the repository at this commit, or cannot be read there",
        "commit it as a regular file, or correct repo_path",
    )
