"""Whether an import may be followed at all: who is named, who may be imported, whether anything is known of it (design 6.6)."""

from collections.abc import Mapping

from reconciler.imports.suggest import did_you_mean
from reconciler.model.configuration import Import
from reconciler.model.ids import AppName
from reconciler.model.problem import Problem, Severity
from reconciler.model.refs import RefTable
from reconciler.model.settings import Application


def refuse(
    entry: Import,
    *,
    importer: AppName,
    applications: Mapping[AppName, Application],
    tables: Mapping[AppName, RefTable],
) -> Problem | None:
    """The problem that keeps an import out, or `None`.

    Who imports itself, or another application twice, was refused when the template was read (R346, R325).
    """
    application = applications.get(entry.name)
    if application is None:
        hint = f"{did_you_mean(entry.name, applications)}declare it under `applications` in config.yaml, or take the entry out"
        message = f"{entry.name} is no application of config.yaml"
        return Problem(Severity.ERROR, "R501", entry.at("name"), message, hint)
    return _shut_out(entry, importer, application=application) or _unknown(entry, application, tables=tables)


def _shut_out(entry: Import, importer: AppName, *, application: Application) -> Problem | None:
    if any(glob.matches(importer) for glob in application.importable_by):
        return None
    admitted = ", ".join(glob.pattern for glob in application.importable_by) or "nobody"
    return Problem(
        Severity.ERROR,
        "R504",
        entry.at("name"),
        f"{importer} may not import {application.name}: its `importable_by` admits {admitted}",
        f"members share a namespace and its secrets; let whoever owns {application.name} add {importer} to `importable_by`",
        (application.at("importable_by"),),
    )


def _unknown(entry: Import, application: Application, *, tables: Mapping[AppName, RefTable]) -> Problem | None:
    table = tables.get(application.name)
    if table is not None and table.known:
        return None
    because = f" ({table.failure})" if table is not None and table.failure else ""
    message = f"{application.name} is not known yet: its repository has never been listed{because}"
    hint = f"check that {application.repository} can be reached"
    return Problem(Severity.ERROR, "R505", entry.at("name"), message, hint, (application.at("repository"),))
