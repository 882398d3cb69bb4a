"""The RELEASE_* variables: which environment, application, branch and commit a container runs for."""

from typing import Final

from reconciler.model.environment import Environment
from reconciler.model.ids import short_commit, short_name
from reconciler.model.importplan import Member
from reconciler.model.names import as_label

COMMIT_VARIABLES: Final = ("RELEASE_COMMIT_SHA", "RELEASE_COMMIT_SHORT")


def release_variables(environment: Environment, member: Member) -> dict[str, str]:
    """What does not move with a commit; application and branch are the member's own, the rest is the group's.

    `RELEASE_ENV` is the declared name, or the branch as a label.
    """
    return {
        "RELEASE_APP_NAME": member.application,
        "RELEASE_BRANCH_NAME": short_name(member.ref),
        "RELEASE_ENV": environment.name or as_label(environment.branch) or environment.id,
        "RELEASE_ENV_ID": environment.id,
        "RELEASE_NAMESPACE": environment.namespace,
    }


def commit_variables(member: Member) -> dict[str, str]:
    """What moves with every commit, and so is given only where the image moves with it, or where it is asked for (design 7.4)."""
    return dict(zip(COMMIT_VARIABLES, (member.commit, short_commit(member.commit)), strict=True))
