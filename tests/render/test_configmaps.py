"""Files of a repository are mounted where the template says, and pods roll when one changes."""

import base64
from collections.abc import Callable
from typing import Any

from reconciler.render.configmaps import FILES_DIGEST

Render = Callable[..., Any]

API = """
services:
- name: api
  image: nginx:1.27
  configmap:
  - {name: conf, repo_path: ./deploy/nginx.conf, mount_path: /etc/nginx/nginx.conf}
  - {name: logo, repo_path: logo.png, mount_path: /srv/logo.png}
"""
FILES = {"deploy/nginx.conf": b"listen 80;\n", "logo.png": b"\x89PNG\x00"}


def test_text_and_binary_content_stand_where_kubernetes_wants_them(render: Render) -> None:
    manifest = render(API, files=FILES).manifest("ConfigMap", "api")
    assert manifest["data"] == {"conf": "listen 80;\n"}
    assert base64.b64decode(manifest["binaryData"]["logo"]) == FILES["logo.png"]


def test_text_that_no_manifest_can_hold_is_binary(render: Render) -> None:
    manifest = render(API, files={**FILES, "logo.png": b"a\0b"}).manifest("ConfigMap", "api")
    assert base64.b64decode(manifest["binaryData"]["logo"]) == b"a\0b"


def test_each_file_is_mounted_alone_beside_what_the_image_has(render: Render) -> None:
    group = render(API, files=FILES)
    mounts = group.container("api")["volumeMounts"]
    assert [(mount["mountPath"], mount["subPath"]) for mount in mounts] == [
        ("/etc/nginx/nginx.conf", "conf"),
        ("/srv/logo.png", "logo"),
    ]
    assert group.pod("api")["volumes"] == [{"name": mounts[0]["name"], "configMap": {"name": "api"}}]


def test_a_changed_file_rolls_the_pods_and_an_unchanged_one_does_not(render: Render) -> None:
    def digest(files: dict[str, bytes]) -> str:
        template = render(API, files=files).manifest("Deployment", "api")["spec"]["template"]
        found: str = template["metadata"]["annotations"][FILES_DIGEST]
        return found

    assert digest(FILES) == digest(dict(reversed(FILES.items())))
    assert digest(FILES) != digest({**FILES, "logo.png": b"other"})


def test_a_file_that_is_not_there_is_an_error_at_its_line(render: Render) -> None:
    group = render(API, files={**FILES, "logo.png": None})
    problem = group.problem("R658")
    assert (problem.severity, problem.place.line) == ("error", 7)
    assert problem.message == "file logo.png is not in the repository at this commit, or cannot be read there"
    assert "binaryData" not in group.manifest("ConfigMap", "api")


def test_files_that_no_config_map_can_hold_are_an_error(render: Render) -> None:
    assert render(API, files={**FILES, "logo.png": b"x" * 1_000_001}).problem("R660").severity == "error"
