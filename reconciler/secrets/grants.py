"""Who may read which part of a secret store: nobody, unless a grant says so."""

from reconciler.model.secret import Grantee
from reconciler.model.settings import Grant, SecretStore


def refusal(store: SecretStore, grantee: Grantee, *, path: str) -> str | None:
    """Why the grantee may not read the path, or `None` where a grant lets it."""
    mine = [grant for grant in store.grants if grantee.application in grant.applications and grantee.type in grant.types]
    if not mine:
        return f"store {store.name} grants nothing to {grantee.application} in {grantee.type} environments"
    if not any(_below(path, grant.prefix) for grant in mine):
        return f"store {store.name} grants {grantee.application} only {_prefixes(mine)}, not {path}"
    return None


def _below(path: str, prefix: str) -> bool:
    """Whole folders only: what grants `front` does not grant `frontend`."""
    folder = prefix.strip("/")
    return not folder or path == folder or path.startswith(f"{folder}/")


def _prefixes(grants: list[Grant]) -> str:
    return ", ".join(sorted({f"{grant.prefix.strip('/')}/" for grant in grants}))
