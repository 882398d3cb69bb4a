"""Supply what rendering needs: files of members at their commits, secret values, the installation's key."""

from collections.abc import Mapping

from reconciler.model.environment import Environment
from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import AppName
from reconciler.model.ports import FileReader, SecretReader
from reconciler.model.reason import Reason
from reconciler.model.rendered import FileNeed, Needs, SecretNeed
from reconciler.model.secret import Grantee, SecretValue


def read_files(needs: Needs, files: FileReader) -> Mapping[FileNeed, bytes | None]:
    """Every file that is needed; `None` for one that is not there or may not be read."""
    return {need: _file(files, need) for need in sorted(needs.files)}


def _file(files: FileReader, need: FileNeed) -> bytes | None:
    try:
        return files.files(need.application, need.commit, paths=[need.path])[need.path]
    except ReconcilerError:
        return None


def read_secrets(needs: Needs, environment: Environment, *, secrets: SecretReader) -> Mapping[SecretNeed, SecretValue | Reason]:
    """Every secret that is needed, or the reason why there is none."""
    return {need: secrets.read(need.reference, grantee_of(environment, need.application)) for need in needs.secrets}


def grantee_of(environment: Environment, application: AppName) -> Grantee:
    """Who asks: branches' environments are admitted only where their rule says so (design 7.9)."""
    rule = environment.rule
    return Grantee(
        application=application,
        type=environment.type,
        environment=environment.name or environment.branch,
        admitted=rule.secrets or rule.branch is not None,
    )
