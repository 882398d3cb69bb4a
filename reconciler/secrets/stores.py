"""Look secret values up in the stores of `config.yaml`, for those to whom they are granted."""

from collections.abc import Iterable, Mapping
from typing import Final

from reconciler.model.reason import Reason
from reconciler.model.secret import Grantee, SecretValue
from reconciler.model.settings import Installation, SecretStore
from reconciler.model.variables import SecretReference
from reconciler.secrets.directory import read_directory
from reconciler.secrets.grants import refusal
from reconciler.secrets.variables import read_variable

_LONGEST: Final = 1024


class SecretStores:
    """The secret stores of an installation; `environ` holds the values of those that are environment variables.

    Fulfils `SecretReader`. Files are read anew each time, so that a rotated value is taken up. Safe for threads.
    """

    def __init__(self, installation: Installation, environ: Mapping[str, str]) -> None:
        self._stores = installation.secret_stores
        self._environ = environ

    def read(self, reference: SecretReference, grantee: Grantee) -> SecretValue | Reason:
        """The value, or why there is none. The reason names stores and paths, never a value.

        A reference without store is the key of an entry with `secret: true` and no value: it is looked up in every store, in the
        order of their names, at `<application>/<environment>/<key>` and `<application>/<type>/<key>` (design 7.9).
        """
        if not grantee.admitted:
            who = f"{grantee.application}/{grantee.environment}"
            return Reason(f"{who} gets no secrets, as its rule matches branches and does not say `secrets: true`")
        if reference.store is None:
            return self._anywhere(reference.path, grantee)
        store = self._stores.get(reference.store)
        if store is None:
            return Reason(f"there is no secret store {reference.store} in config.yaml; {_known(self._stores)}")
        return self._first([(store, reference.path)], grantee)

    def _anywhere(self, key: str, grantee: Grantee) -> SecretValue | Reason:
        if not self._stores:
            return Reason(f"{key} has no value, and config.yaml has no secret stores to look it up in")
        paths = [f"{grantee.application}/{level}/{key}" for level in (grantee.environment, grantee.type.value)]
        return self._first([(self._stores[name], path) for name in sorted(self._stores) for path in paths], grantee)

    def _first(self, tries: Iterable[tuple[SecretStore, str]], grantee: Grantee) -> SecretValue | Reason:
        """The first value that is found, else every reason, each once."""
        reasons: dict[str, None] = {}
        for store, path in tries:
            found = self._look_up(store, grantee, path=path)
            if isinstance(found, SecretValue):
                return found
            reasons[found] = None
        return Reason("; ".join(reasons))

    def _look_up(self, store: SecretStore, grantee: Grantee, *, path: str) -> SecretValue | str:
        if not _stays_inside(path):
            return f"{path!r} is not a path inside store {store.name}"
        denied = refusal(store, grantee, path=path)
        if denied is not None:
            return denied
        if store.directory is not None:
            found = read_directory(store.directory, path)
        else:
            found = read_variable(self._environ, store.env_prefix or "", path=path)
        return found if isinstance(found, SecretValue) else f"store {store.name} has nothing at {path}: {found}"


def _stays_inside(path: str) -> bool:
    """Names joined by slashes, none of which climbs."""
    names = path.split("/")
    return path.isprintable() and len(path) <= _LONGEST and not any(name in {"", ".", ".."} for name in names)


def _known(stores: Mapping[str, SecretStore]) -> str:
    return f"there are {', '.join(sorted(stores))}" if stores else "there are none"
