"""Which image each container runs."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.render.images import repository_name

Render = Callable[..., Any]
COMMIT = "a" * 40


def service(fields: str) -> str:
    """A template with one service and a build called `worker`."""
    return f"builds: [{{name: worker}}]\nservices:\n- {{name: web, {fields}}}\n"


@pytest.mark.parametrize(
    ("fields", "image"),
    [
        ("image: 'nginx:1.27'", "nginx:1.27"),
        ("image: nginx", "nginx"),
        ("image: acme/shop/web, has_repo: true", f"registry.example.com/acme/shop/web:{COMMIT}"),
        ("has_repo: true", f"registry.example.com/acme/shop/web:{COMMIT}"),
        ("image: acme/shop/worker, has_repo: true", f"registry.example.com/acme/shop/worker:{COMMIT}"),
        ("image: acme/shop/other, has_repo: true", f"registry.example.com/acme/shop/web:{COMMIT}"),
    ],
)
def test_built_images_follow_the_pattern_and_others_the_template(render: Render, fields: str, image: str) -> None:
    group = render(service(fields))

    assert group.container("web")["image"] == image
    assert group.codes() == []


@pytest.mark.parametrize("image", ["acme/shop/web", "acme/shop/web:latest", f"acme/shop/web@sha256:{'0' * 64}"])
def test_without_a_pattern_the_commit_is_the_tag_and_a_note_says_so(render: Render, image: str) -> None:
    group = render(service(f"image: '{image}', has_repo: true"), application={"image": None})

    assert group.container("web")["image"] == f"acme/shop/web:{COMMIT}"
    assert group.codes() == ["R632"]


def test_a_registrys_port_is_no_tag(render: Render) -> None:
    group = render(service("image: 'localhost:5000/web', has_repo: true"), application={"image": None})

    assert group.container("web")["image"] == f"localhost:5000/web:{COMMIT}"


def test_a_built_service_without_pattern_and_image_has_no_name(render: Render) -> None:
    assert render(service("has_repo: true"), application={"image": None}).problem("R630").place.line == 3


def test_text_that_is_no_image_is_refused(render: Render) -> None:
    broken = {"image": "registry.example.com/{name} {commit}"}
    assert "R631" in render(service("has_repo: true"), application=broken).codes()


def test_a_job_runs_the_image_of_the_service_it_comes_from(render: Render) -> None:
    text = service("has_repo: true") + "jobs: [{name: migrate, from_services: web, command: [migrate]}]\n"
    group = render(text)
    [name] = group.names("Job")

    assert group.container(name, "Job")["image"] == group.container("web")["image"]


def test_a_job_with_an_image_of_its_own_keeps_it(render: Render) -> None:
    group = render(service("has_repo: true") + "jobs: [{name: migrate, from_services: web, image: 'flyway:11'}]\n")
    [name] = group.names("Job")

    assert group.container(name, "Job")["image"] == "flyway:11"


def test_only_the_members_commit_moves_a_built_image(render: Render) -> None:
    text = "services:\n- {name: web, has_repo: true}\n- {name: db, image: 'postgres:16'}\n"
    before, after = render(text), render(text, commits={"shop": "c" * 40})

    assert before.container("web")["image"] != after.container("web")["image"]
    assert before.manifest("Deployment", "db") == after.manifest("Deployment", "db")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/Acme/Shop.git", "acme/shop"),
        ("https://user@git.example.com:8443/acme/shop/", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@git.example.com:2222/group/acme/shop.git", "acme/shop"),
        ("file:///srv/git/acme/shop.git", "acme/shop"),
        ("/srv/git/acme/shop", "acme/shop"),
        ("https://git.example.com/shop", "shop"),
        ("git.example.com:shop.git", "shop"),
    ],
)
def test_a_repository_is_called_by_owner_and_name(address: str, name: str) -> None:
    assert repository_name(address) == name
