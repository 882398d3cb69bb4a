"""Builders for the tests of secret stores: an installation with stores, and somebody who asks."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.place import Origin, whole_file
from reconciler.model.secret import Grantee
from reconciler.model.settings import Grant, Installation, PruneLimits, SecretStore

PLACE = whole_file(Origin("config.yaml"))
Install = Callable[..., Installation]
Asking = Callable[..., Grantee]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A directory of values."""
    folder = tmp_path / "vault"
    for path, value in {
        "frontend/key": "blue\n",
        "frontend/permanent/TOKEN": "for all",
        "frontend/main/TOKEN": "for main",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(value)
    return folder


@pytest.fixture
def install() -> Install:
    """An installation with these stores."""

    def build(*stores: SecretStore) -> Installation:
        return Installation(
            place=PLACE,
            name="main",
            store=Path("/nowhere/state.db"),
            mirrors=Path("/nowhere/mirrors"),
            allow_local=False,
            targets={},
            secret_stores={store.name: store for store in stores},
            applications={},
            every=timedelta(minutes=1),
            workers=1,
            prune=PruneLimits(place=PLACE),
        )

    return build


@pytest.fixture
def granting() -> Callable[..., SecretStore]:
    """A store that grants the prefix to `frontend` in permanent environments."""

    def build(name: str, *, directory: Path | None = None, env_prefix: str | None = None, prefix: str = "") -> SecretStore:
        grant = Grant(place=PLACE, applications=(AppName("frontend"),), types=(EnvironmentType.PERMANENT,), prefix=prefix)
        return SecretStore(place=PLACE, name=name, directory=directory, env_prefix=env_prefix, grants=(grant,))

    return build


@pytest.fixture
def asking() -> Asking:
    """Somebody who asks: by default `frontend` in its permanent environment of `main`."""

    def build(
        application: str = "frontend",
        *,
        kind: EnvironmentType = EnvironmentType.PERMANENT,
        environment: str = "main",
        admitted: bool = True,
    ) -> Grantee:
        return Grantee(AppName(application), kind, environment, admitted)

    return build
