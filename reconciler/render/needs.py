"""What a group needs to be read before it can be rendered: files at commits, and secret values."""

from collections.abc import Iterator

from reconciler.model.configuration import Configuration
from reconciler.model.ids import AppName
from reconciler.model.importplan import Member
from reconciler.model.rendered import FileNeed, Needs, Resolved, SecretNeed
from reconciler.model.variables import Entry, SecretReference, Variables
from reconciler.model.workload import FileMount
from reconciler.render.setting import Setting


def needs(resolved: Resolved, setting: Setting) -> Needs:
    """Files and secrets of every member that is read; an aborted member gives none (design 6.5).

    `setting` asks for nothing of its own yet.
    """
    files: set[FileNeed] = set()
    secrets: dict[SecretNeed, None] = {}
    for member in resolved.plan.members:
        configuration = resolved.configurations.get(member.application)
        if configuration is None:
            continue
        files |= {file_need(member, mount) for service in configuration.services for mount in service.configmap}
        variables = resolved.variables.get(member.application)
        if variables is not None:
            secrets |= dict.fromkeys(_secrets(member.application, configuration, variables=variables))
    return Needs(frozenset(files), tuple(sorted(secrets, key=_order)))


def file_need(member: Member, mount: FileMount) -> FileNeed:
    """The file of a `configmap` mount, at the member's commit."""
    return FileNeed(member.application, member.commit, mount.repo_path)


def secret_need(application: AppName, entry: Entry) -> SecretNeed | None:
    """What the entry asks of a secret store; `None` for one that has its value."""
    if entry.reference is not None:
        return SecretNeed(application, entry.key, entry.reference, entry.place)
    if entry.secret and entry.value is None:
        return SecretNeed(application, entry.key, SecretReference(None, entry.key), entry.place)
    return None


def _secrets(application: AppName, configuration: Configuration, *, variables: Variables) -> Iterator[SecretNeed]:
    """Of the defaults and of the sections of what runs; a section of nobody is not read."""
    running = {owner.name for owner in (*configuration.services, *configuration.jobs, *configuration.cron_jobs)}
    sections = [entries for name, entries in variables.services.items() if name in running]
    for entry in (*variables.defaults, *(entry for entries in sections for entry in entries)):
        need = secret_need(application, entry)
        if need is not None:
            yield need


def _order(need: SecretNeed) -> tuple[str, str, str, str]:
    return (need.application, need.key, need.reference.store or "", need.reference.path)
