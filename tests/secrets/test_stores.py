"""Secret values are found where they are granted, and every refusal says why without a value."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.lifetime import EnvironmentType
from reconciler.model.ports import SecretReader
from reconciler.model.reason import Reason
from reconciler.model.secret import Grantee, SecretValue
from reconciler.model.settings import Installation, SecretStore
from reconciler.model.variables import SecretReference
from reconciler.secrets.stores import SecretStores

Install = Callable[..., Installation]
Granting = Callable[..., SecretStore]
Asking = Callable[..., Grantee]


def told(found: SecretValue | Reason) -> str:
    """The reason's words."""
    assert isinstance(found, Reason), "a value was given"
    return found.text


def value(found: SecretValue | Reason) -> str:
    """The value's text."""
    assert isinstance(found, SecretValue), str(found)
    return found.reveal()


@pytest.fixture
def stores(install: Install, granting: Granting, vault: Path) -> SecretStores:
    """One directory store `rsm` that grants `frontend/`."""
    return SecretStores(install(granting("rsm", directory=vault, prefix="frontend/")), {})


def test_secret_stores_fulfil_the_port_of_secrets(stores: SecretStores) -> None:
    reader: SecretReader = stores
    assert reader is stores


def test_a_file_of_a_directory_store_is_a_value_without_its_last_newline(stores: SecretStores, asking: Asking) -> None:
    assert value(stores.read(SecretReference("rsm", "frontend/key"), asking())) == "blue"


def test_only_one_newline_is_taken_off(stores: SecretStores, asking: Asking, vault: Path) -> None:
    (vault / "frontend/key").write_text("-----END-----\n\n")
    assert value(stores.read(SecretReference("rsm", "frontend/key"), asking())) == "-----END-----\n"


@pytest.mark.parametrize(
    ("application", "kind", "path", "words"),
    [
        ("backend", EnvironmentType.PERMANENT, "frontend/key", "grants nothing to backend in permanent environments"),
        ("frontend", EnvironmentType.EPHEMERAL, "frontend/key", "grants nothing to frontend in ephemeral environments"),
        ("frontend", EnvironmentType.PERMANENT, "backend/key", "grants frontend only frontend/, not backend/key"),
        ("frontend", EnvironmentType.PERMANENT, "frontendish/key", "not frontendish/key"),
    ],
)
def test_nothing_is_granted_unless_application_type_and_prefix_match(
    stores: SecretStores, asking: Asking, *, application: str, kind: EnvironmentType, path: str, words: str
) -> None:
    assert words in told(stores.read(SecretReference("rsm", path), asking(application, kind=kind)))


def test_a_branch_environment_that_is_not_admitted_gets_none(stores: SecretStores, asking: Asking) -> None:
    reason = told(stores.read(SecretReference("rsm", "frontend/key"), asking(environment="feature/x", admitted=False)))
    assert reason.startswith("frontend/feature/x gets no secrets")


def test_a_store_without_grants_gives_nobody_anything(
    install: Install, granting: Granting, *, asking: Asking, vault: Path
) -> None:
    stores = SecretStores(install(replace(granting("rsm", directory=vault), grants=())), {})
    assert "grants nothing to frontend" in told(stores.read(SecretReference("rsm", "frontend/key"), asking()))


def test_an_unknown_store_is_named_with_those_there_are(stores: SecretStores, asking: Asking) -> None:
    reason = told(stores.read(SecretReference("vault", "frontend/key"), asking()))
    assert reason == "there is no secret store vault in config.yaml; there are rsm"


def test_a_missing_value_names_store_and_path(stores: SecretStores, asking: Asking) -> None:
    reason = told(stores.read(SecretReference("rsm", "frontend/nothing"), asking()))
    assert reason.startswith("store rsm has nothing at frontend/nothing: there is no file")


@pytest.mark.parametrize(
    "path", ["../vault/frontend/key", "frontend/../../x", "/etc/passwd", "frontend//key", "", ".", "a\0b", "a\nb"]
)
def test_a_path_cannot_climb(stores: SecretStores, asking: Asking, path: str) -> None:
    assert "is not a path inside store rsm" in told(stores.read(SecretReference("rsm", path), asking()))


def test_a_symbolic_link_is_followed_inside_the_directory_and_not_out_of_it(
    stores: SecretStores, asking: Asking, *, vault: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").write_text("not yours")
    (vault / "frontend/inside").symlink_to("key")
    (vault / "frontend/out").symlink_to(tmp_path / "outside")
    (vault / "frontend/loop").symlink_to("loop")
    assert value(stores.read(SecretReference("rsm", "frontend/inside"), asking())) == "blue"
    assert "symbolic link out of" in told(stores.read(SecretReference("rsm", "frontend/out"), asking()))
    assert "there is no file" in told(stores.read(SecretReference("rsm", "frontend/loop"), asking()))


def test_what_is_no_text_file_of_fair_size_is_refused_without_a_part_of_it(
    stores: SecretStores, asking: Asking, vault: Path
) -> None:
    (vault / "frontend/large").write_bytes(b"x" * (1024 * 1024 + 1))
    (vault / "frontend/bytes").write_bytes(b"swordfish\xff")
    (vault / "frontend/nul").write_bytes(b"swordfish\0")
    os.mkfifo(vault / "frontend/pipe")
    reasons = {
        name: told(stores.read(SecretReference("rsm", f"frontend/{name}"), asking()))
        for name in ("large", "bytes", "nul", "pipe")
    }
    assert "larger than 1024 KiB" in reasons["large"]
    assert "not UTF-8" in reasons["bytes"]
    assert "NUL" in reasons["nul"]
    assert "not a file" in reasons["pipe"]
    assert "swordfish" not in "".join(reasons.values())


def test_a_folder_is_no_value(stores: SecretStores, asking: Asking) -> None:
    assert "Is a directory" in told(stores.read(SecretReference("rsm", "frontend"), asking()))


def test_a_directory_that_is_not_there_is_named(install: Install, granting: Granting, *, asking: Asking, tmp_path: Path) -> None:
    stores = SecretStores(install(granting("rsm", directory=tmp_path / "gone")), {})
    assert f"there is no directory {tmp_path / 'gone'}" in told(stores.read(SecretReference("rsm", "frontend/key"), asking()))


def test_an_environment_store_takes_the_variable_of_the_path(install: Install, granting: Granting, asking: Asking) -> None:
    stores = SecretStores(install(granting("local", env_prefix="APPS_")), {"APPS_FRONTEND_API_KEY": "green"})
    assert value(stores.read(SecretReference("local", "frontend/api-key"), asking())) == "green"
    reason = told(stores.read(SecretReference("local", "frontend/other"), asking()))
    assert reason == "store local has nothing at frontend/other: environment variable APPS_FRONTEND_OTHER is not set"


def test_a_reference_without_store_is_looked_up_for_the_environment_first_and_then_for_its_type(
    stores: SecretStores, asking: Asking, vault: Path
) -> None:
    assert value(stores.read(SecretReference(None, "TOKEN"), asking())) == "for main"
    (vault / "frontend/main/TOKEN").unlink()
    assert value(stores.read(SecretReference(None, "TOKEN"), asking())) == "for all"
    (vault / "frontend/permanent/TOKEN").unlink()
    reason = told(stores.read(SecretReference(None, "TOKEN"), asking()))
    assert "store rsm has nothing at frontend/main/TOKEN" in reason
    assert "store rsm has nothing at frontend/permanent/TOKEN" in reason


def test_a_reference_without_store_asks_every_store_in_the_order_of_names(
    install: Install, granting: Granting, *, asking: Asking, vault: Path
) -> None:
    local = granting("local", env_prefix="APPS_")
    stores = SecretStores(install(granting("rsm", directory=vault), local), {"APPS_FRONTEND_MAIN_TOKEN": "from here"})
    assert value(stores.read(SecretReference(None, "TOKEN"), asking())) == "from here"
    without = SecretStores(install(granting("rsm", directory=vault), local), {})
    assert value(without.read(SecretReference(None, "TOKEN"), asking())) == "for main"


def test_without_stores_the_reason_says_so(install: Install, asking: Asking) -> None:
    assert "has no secret stores" in told(SecretStores(install(), {}).read(SecretReference(None, "TOKEN"), asking()))


def test_a_reason_for_another_path_tells_nothing_of_values(stores: SecretStores, asking: Asking) -> None:
    reason = told(stores.read(SecretReference("rsm", "frontend/key"), asking("backend")))
    assert "blue" not in reason
