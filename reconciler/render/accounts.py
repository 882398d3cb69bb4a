"""Service accounts: made from the template, and named by services and jobs as far as config.yaml allows."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.configuration import ServiceAccount
from reconciler.model.objects import Desired
from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import Job, Service
from reconciler.render.names import owned_name
from reconciler.render.rendering import Made, Rendering, desired

_ROLE: Final = "eks.amazonaws.com/role-arn"
"""How a cluster of Amazon's gives a pod a role (Amazon EKS, IAM roles for service accounts)."""


def accounts(rendering: Rendering) -> Iterator[Desired]:
    """One object per declared account, with its cloud role where that is allowed."""
    for account in rendering.configuration.service_accounts:
        role = account.cloud_role
        yield desired(
            Made(
                kind="ServiceAccount",
                name=owned_name(rendering.application, account.name),
                why=f"service account {account.name}",
                place=account.place,
                body={"automountServiceAccountToken": False},
                annotations={_ROLE: role} if role and role in rendering.allow.cloud_roles else {},
            ),
            rendering,
        )


def account_name(rendering: Rendering, owner: Service | Job) -> str | None:
    """The account that the owner's pods run as: ours where the template declares it, else one that stands there already."""
    name = owner.service_account_name
    if name is None:
        return None
    return owned_name(rendering.application, name) if _declared(rendering, name) else name


def check_accounts(rendering: Rendering) -> Iterator[Problem]:
    """Roles that are not allowed, and accounts that are neither declared nor allowed."""
    for account in rendering.configuration.service_accounts:
        if account.cloud_role and account.cloud_role not in rendering.allow.cloud_roles:
            yield _role_refused(rendering, account)
    for owner in rendering.owners:
        name = owner.service_account_name
        if name and not _declared(rendering, name) and name not in rendering.allow.service_accounts:
            yield Problem(
                Severity.ERROR,
                "R656",
                owner.at("service_account_name"),
                f"service account {name} of {owner.name} is not declared in this template",
                f"declare it in service_accounts, or allow it for {rendering.application} in config.yaml",
            )


def _declared(rendering: Rendering, name: str) -> bool:
    return any(account.name == name for account in rendering.configuration.service_accounts)


def _role_refused(rendering: Rendering, account: ServiceAccount) -> Problem:
    return Problem(
        Severity.ERROR,
        "R655",
        account.at("cloud_role"),
        f"cloud role {account.cloud_role} is not allowed for {rendering.application}",
        f"add it to allow.cloud_roles of {rendering.application} in config.yaml",
    )
