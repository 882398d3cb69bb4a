"""A template becomes a configuration: merged for its entry, interpolated, typed, checked, and still knowing its places."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from reconciler.model.configuration import Configuration, ServiceAccount, Unsupported, Workflow
from reconciler.model.digest import declared, digest_of
from reconciler.model.problem import Problem
from reconciler.model.workload import SharedVolume
from reconciler.spec.app_imports import app_imports
from reconciler.spec.containers import checked_name, node_selectors
from reconciler.spec.fields import Fields
from reconciler.spec.findings import Findings
from reconciler.spec.interpolate import Interpolated, Names, interpolate, put_in
from reconciler.spec.jobs import cron_jobs, jobs
from reconciler.spec.merge import Merged, merge
from reconciler.spec.node import MappingNode
from reconciler.spec.references import check_references
from reconciler.spec.routes import check_reached, hostnames, ingress, rules
from reconciler.spec.schema import Format, unsupported
from reconciler.spec.services import services
from reconciler.spec.steps import check_left_out, check_readiness
from reconciler.spec.template import Template
from reconciler.spec.unique import refuse_twins
from reconciler.spec.workflows import not_run, workflows

__all__ = ["Names", "configure", "judge"]

_NO_OBJECT: Final = frozenset({"entry", "digest", "auto_deploy", "parallelize_app_imports", "unsupported"})


def configure(template: Template, names: Names) -> tuple[Configuration | None, tuple[Problem, ...]]:
    """What a member wants, and every problem of merging, interpolating, typing and referring.

    `None` where one of them is an error, and for a template that is flawed. Problems stand at the entry's line where a value
    comes from the entry, at the template's otherwise.
    """
    findings = Findings()
    merged = merge(template.root, names.entries, findings=findings)
    document = interpolate(merged.root, names, findings=findings)
    configuration = _judged(template, merged, document=document, names=names, findings=findings)
    if configuration is None:
        return None, findings.problems
    said = replace(configuration, unsupported=_unsupported(document, configuration.workflows))
    return replace(said, digest=_digest(said)), findings.problems


def judge(template: Template, names: Names, *, entries: Iterable[str]) -> tuple[list[Configuration], list[Problem]]:
    """The same for each of several entries, as far as problems go: without digests and without what is unsupported.

    Entries that leave the template alike are judged together, and give one configuration.
    """
    judged: list[Merged] = []
    configurations: list[Configuration] = []
    problems: list[Problem] = []
    for entry in entries:
        findings = Findings()
        merged = merge(template.root, (entry,), findings=findings)
        if not any(merged.is_like(other) for other in judged):
            document = interpolate(merged.root, names, findings=findings)
            configuration = _judged(template, merged, document=document, names=names, findings=findings)
            configurations += [configuration] if configuration is not None else []
            judged.append(merged)
        problems += findings.problems
    return configurations, problems


def _judged(
    template: Template, merged: Merged, *, document: Interpolated, names: Names, findings: Findings
) -> Configuration | None:
    _refuse_twin_parameters(Fields(merged.root, findings))
    configuration = _configuration(document.root, names, entry=merged.entry, findings=findings)
    removed = frozenset((section, put_in(name, names)) for section, name in merged.removed)
    check_references(configuration, removed, findings=findings)
    if template.flawed or findings.fatal:
        return None
    check_left_out(configuration, findings)
    check_readiness(configuration.services, findings)
    check_reached(configuration, findings)
    return configuration


def _refuse_twin_parameters(root: Fields) -> None:
    named = [(name, item.at("name")) for item in root.mappings("parameters") if (name := item.text("name")) is not None]
    refuse_twins(named, what="parameter", findings=root.findings)


def _configuration(document: MappingNode, names: Names, *, entry: str | None, findings: Findings) -> Configuration:
    root = Fields(document, findings)
    found = services(root)
    auto_deploy = root.flag("auto_deploy")
    return Configuration(
        place=root.place,
        keys=root.keys,
        application=names.application,
        entry=entry,
        digest="",
        services=found,
        jobs=jobs(root),
        cron_jobs=cron_jobs(root),
        imports=app_imports(root),
        hostnames=hostnames(root, found, names=names),
        rules=rules(root),
        ingress=ingress(root),
        workflows=workflows(root),
        shared_volumes=_shared_volumes(root),
        service_accounts=_service_accounts(root),
        node_selector=node_selectors(root),
        builds=_builds(root),
        auto_deploy=True if auto_deploy is None else auto_deploy,
        parallelize_app_imports=root.flag("parallelize_app_imports") or False,
    )


def _digest(configuration: Configuration) -> str:
    """Over what becomes objects, and the imports."""
    unordered = tuple(replace(service, depends_on=()) for service in configuration.services)
    meaning = declared(replace(configuration, services=unordered))
    return digest_of({key: value for key, value in meaning.items() if key not in _NO_OBJECT})


def _unsupported(document: Interpolated, flows: Sequence[Workflow]) -> tuple[Unsupported, ...]:
    found = (*unsupported(document.root, Format.TEMPLATE), *document.unsupported, *not_run(flows))
    return tuple(sorted(dict.fromkeys(found), key=lambda entry: entry.place.order))


def _shared_volumes(root: Fields) -> tuple[SharedVolume, ...]:
    """The volumes of the whole application. R328 for one without size."""
    found = []
    for fields in root.mappings("shared_volumes"):
        size = fields.quantity("size")
        if size is None:
            if not fields.has("size"):
                fields.findings.error("R328", fields.place, message="shared volume has no size", hint="write `size: 1Gi`")
            continue
        kind = fields.text("type")
        found.append(
            SharedVolume(
                place=fields.place,
                keys=fields.keys,
                name=fields.text("name") or "",
                size=size,
                type=None if kind == "persistent" else kind,
            )
        )
    refuse_twins([(volume.name, volume.at("name")) for volume in found], what="shared volume", findings=root.findings)
    return tuple(found)


def _service_accounts(root: Fields) -> tuple[ServiceAccount, ...]:
    found = tuple(
        ServiceAccount(
            place=fields.place,
            keys=fields.keys,
            name=checked_name(fields, what="service account"),
            cloud_role=fields.text("cloud_role") or None,
        )
        for fields in root.mappings("service_accounts")
    )
    refuse_twins([(account.name, account.at("name")) for account in found], what="service account", findings=root.findings)
    return found


def _builds(root: Fields) -> tuple[str, ...]:
    return tuple(name for fields in root.mappings("builds") if (name := fields.text("name")) is not None)
