"""The applications that a template imports."""

from reconciler.model.configuration import Import
from reconciler.model.errors import BadValue
from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName
from reconciler.spec.fields import Fields
from reconciler.spec.unique import warn_of_twins


def app_imports(root: Fields) -> tuple[Import, ...]:
    """Every entry of `app_imports`, in the order of the file."""
    return tuple(_import(fields) for fields in root.mappings("app_imports"))


def _import(fields: Fields) -> Import:
    items = fields.mappings("exclude_services")
    excluded = [(name, item.at("name")) for item in items if (name := item.text("name")) is not None]
    warn_of_twins(excluded, what="excluded service", findings=fields.findings)
    return Import(
        place=fields.place,
        keys=fields.keys,
        name=AppName(fields.text("name") or ""),
        branch=fields.text("branch") or None,
        exclude_services=tuple(name for name, _ in excluded),
        ignore_deployment_refs=_globs(fields),
    )


def _globs(fields: Fields) -> tuple[RefGlob, ...]:
    """Each pattern compiled alone. R322 at its line where it cannot be."""
    found = []
    for pattern, place in fields.places("ignore_deployment_refs"):
        try:
            found.append(RefGlob(pattern))
        except BadValue as error:
            hint = error.hint or "write a branch like main, a glob like releases/**, or !main for any branch but main"
            fields.findings.error("R322", place, message=error.message, hint=hint)
    return tuple(found)
