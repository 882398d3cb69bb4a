"""The secret stores of `config.yaml` and who may read them."""

from collections.abc import Collection, Iterable

from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType
from reconciler.model.settings import Grant, SecretStore
from reconciler.spec.fields import Fields
from reconciler.spec.folders import Folders


def read_stores(secrets: Fields | None, folders: Folders, *, applications: Collection[str]) -> dict[str, SecretStore]:
    """The stores by name; a grant names applications that are declared."""
    fields = secrets.mapping("stores") if secrets else None
    if fields is None:
        return {}
    parts = {name: fields.mapping(name) for name in fields.keys}
    return {name: _store(name, part, folders=folders, applications=applications) for name, part in parts.items() if part}


def granted(stores: Iterable[SecretStore], application: AppName) -> bool:
    """Whether some store gives this application something."""
    return any(application in grant.applications and grant.types for store in stores for grant in store.grants)


def _store(name: str, fields: Fields, *, folders: Folders, applications: Collection[str]) -> SecretStore:
    directory = fields.text("directory")
    return SecretStore(
        place=fields.place,
        keys=fields.keys,
        name=name,
        directory=folders.path(directory) if directory is not None else None,
        env_prefix=fields.text("env_prefix"),
        grants=tuple(_grant(part, applications) for part in fields.mappings("grant")),
    )


def _grant(fields: Fields, applications: Collection[str]) -> Grant:
    for name, place in fields.places("applications"):
        if name not in applications:
            message = f"grant: application {name!r} is not declared"
            fields.findings.error("R708", place, message=message, hint=fields.findings.did_you_mean(name, applications))
    prefix = fields.text("prefix") or ""
    if prefix.startswith("/") or any(step in {".", ".."} for step in prefix.split("/")):
        message = f"grant: prefix {prefix!r} does not lie in the store"
        fields.findings.error("R711", fields.at("prefix"), message=message, hint="write it like frontend/, without '..'")
    return Grant(
        place=fields.place,
        keys=fields.keys,
        applications=tuple(AppName(name) for name in fields.texts("applications")),
        types=tuple(EnvironmentType(text) for text in fields.texts("types") if text in set(EnvironmentType)),
        prefix=prefix,
    )
