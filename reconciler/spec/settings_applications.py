"""The applications of `config.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from reconciler.model.errors import BadValue
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName
from reconciler.model.settings import Allowance, Application, Credentials, SecretStore
from reconciler.spec.fields import Fields
from reconciler.spec.folders import Folders
from reconciler.spec.repository_address import Address, repository_address
from reconciler.spec.settings_environments import read_rules
from reconciler.spec.settings_globs import read_globs
from reconciler.spec.settings_secrets import granted

_ANY: Final = (RefGlob("**"),)
_PLACEHOLDERS: Final = ("repository", "name", "commit")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What applications refer to: `targets` are the names of all that are declared."""

    folders: Folders
    targets: tuple[str, ...]
    stores: Mapping[str, SecretStore]
    allow_local: bool


def read_applications(fields: Fields | None, surroundings: Surroundings) -> dict[AppName, Application]:
    """The applications by name, in the order of the file."""
    if fields is None:
        return {}
    parts = {AppName(name): fields.mapping(name) for name in fields.keys}
    return {name: _application(name, part, surroundings=surroundings) for name, part in parts.items() if part}


def _application(name: AppName, fields: Fields, *, surroundings: Surroundings) -> Application:
    imports = fields.mapping("imports")
    everybody = () if granted(surroundings.stores.values(), name) else _ANY
    address = _address(name, fields, surroundings=surroundings)
    return Application(
        place=fields.place,
        keys=fields.keys,
        name=name,
        repository=address.text,
        target=_target(name, fields, targets=surroundings.targets),
        credentials=_credentials(name, fields, address=address, folders=surroundings.folders),
        domain=fields.text("domain"),
        image=_image(name, fields),
        allow=_allowance(fields),
        importable_by=read_globs(fields, "importable_by") if fields.has("importable_by") else everybody,
        same_name_from=read_globs(fields, "same_name_from") if fields.has("same_name_from") else _ANY,
        joined_hosts=fields.text("hosts") == "joined",
        last_wins=imports is not None and imports.text("collisions") == "last_wins",
        environments=read_rules(name, fields.mappings("environments")),
    )


def _address(name: AppName, fields: Fields, *, surroundings: Surroundings) -> Address:
    text = fields.text("repository") or ""
    try:
        return repository_address(text, surroundings.folders, allow_local=surroundings.allow_local)
    except BadValue as error:
        message = f"applications.{name}.repository: {error.message}"
        if text:
            fields.findings.error("R702", fields.at("repository"), message=message, hint=error.hint)
        return Address(text)


def _target(name: AppName, fields: Fields, *, targets: tuple[str, ...]) -> str:
    target = fields.text("target") or ""
    if target and target not in targets:
        message = f"applications.{name}.target: target {target!r} is not declared; declared are: {', '.join(targets) or 'none'}"
        hint = fields.findings.did_you_mean(target, targets) if targets else "declare it under `targets`"
        fields.findings.error("R705", fields.at("target"), message=message, hint=hint)
    return target


def _credentials(name: AppName, fields: Fields, *, address: Address, folders: Folders) -> Credentials | None:
    written = fields.mapping("credentials")
    if written is None:
        return None
    unused = ("username", "password_file", "password_env") if address.ssh else ("ssh_key_file", "known_hosts_file")
    for key in (*unused, *(("username", "password_file", "password_env") if address.local else ())):
        if written.has(key):
            message = f"applications.{name}.credentials.{key}: the address of the repository does not use it"
            written.findings.error("R710", written.at(key), message=message, hint="remove it, or change the address")
    files = {key: written.text(key) for key in ("password_file", "ssh_key_file", "known_hosts_file")}
    paths = {key: folders.path(text) if text is not None else None for key, text in files.items()}
    if written.has("password_file") and written.has("password_env"):
        message = f"applications.{name}.credentials: the password has two sources, password_file and password_env"
        written.findings.error("R710", written.at("password_env"), message=message, hint="remove one of the two")
    return Credentials(
        place=written.place,
        keys=written.keys,
        username=written.text("username"),
        password_file=paths["password_file"],
        password_env=written.text("password_env"),
        ssh_key_file=paths["ssh_key_file"],
        known_hosts_file=paths["known_hosts_file"],
    )


def _image(name: AppName, fields: Fields) -> str | None:
    """The pattern of built images, its placeholders checked."""
    image = fields.text("image")
    if image is None:
        return None
    trouble = _trouble(image)
    if trouble:
        hint = "write it like registry.example.com/{repository}/{name}:{commit}"
        fields.findings.error("R706", fields.at("image"), message=f"applications.{name}.image: {trouble}", hint=hint)
    elif "{commit}" not in image:
        message = f"applications.{name}.image: without {{commit}} every commit has the same image"
        fields.findings.warning("R706", fields.at("image"), message=message, hint="add :{commit}")
    return image


def _trouble(image: str) -> str:
    try:
        parts = list(Formatter().parse(image))
    except ValueError:
        return "a brace is not closed"
    for _, placeholder, form, conversion in parts:
        if placeholder is not None and (placeholder not in _PLACEHOLDERS or form or conversion):
            return f"placeholder {{{placeholder}}} is unknown"
    return ""


def _allowance(fields: Fields) -> Allowance:
    allow = fields.mapping("allow")
    if allow is None:
        return Allowance(place=fields.place)
    return Allowance(
        place=allow.place,
        keys=allow.keys,
        service_accounts=allow.texts("service_accounts"),
        node_selectors=allow.texts("node_selectors"),
        cloud_roles=allow.texts("cloud_roles"),
    )
