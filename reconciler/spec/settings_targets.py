"""The targets of `config.yaml`."""

from types import MappingProxyType

from reconciler.model.settings import DirectoryTarget, IngressSettings, Target
from reconciler.spec.fields import Fields
from reconciler.spec.folders import Folders


def read_targets(fields: Fields | None, folders: Folders) -> tuple[dict[str, Target], tuple[str, ...]]:
    """The targets by name, and the names of all that are declared, those with problems among them."""
    targets: dict[str, Target] = {}
    if fields is None:
        return targets, ()
    for name in fields.keys:
        part = fields.mapping(name)
        target = _target(name, part, folders=folders) if part else None
        if target is not None:
            targets[name] = target
    return targets, tuple(fields.keys)


def _target(name: str, fields: Fields, *, folders: Folders) -> Target | None:
    if fields.has("kubernetes"):
        message = f"targets.{name}: kubernetes targets are not supported by this version"
        fields.findings.error("R703", fields.at("kubernetes"), message=message, hint="write `directory: PATH`")
        return None
    directory = fields.text("directory")
    if directory is None:
        return None
    classes = fields.mapping("storage_classes")
    return DirectoryTarget(
        place=fields.place,
        keys=fields.keys,
        name=name,
        ingress=_ingress(fields),
        image_pull_secrets=fields.texts("image_pull_secrets"),
        storage_classes=MappingProxyType({key: text for key, text, _ in classes.pairs()} if classes else {}),
        directory=folders.path(directory),
        write_secrets=fields.flag("write_secrets") or False,
    )


def _ingress(fields: Fields) -> IngressSettings:
    ingress = fields.mapping("ingress")
    if ingress is None:
        return IngressSettings(place=fields.place)
    tls = ingress.mapping("tls")
    return IngressSettings(
        place=ingress.place,
        keys=ingress.keys,
        ingress_class=ingress.text("class"),
        scheme=ingress.text("scheme") or "https",
        tls_secret=tls.text("secret") if tls else None,
    )
