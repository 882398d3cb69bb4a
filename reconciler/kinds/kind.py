"""What is known of one Kubernetes kind, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.kinds.paths import Path, Pattern, matches, reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind.

    `wave` orders kinds among each other: what others lean on has the lower number. `list_keys` says which fields name an entry
    of a list (`x-kubernetes-list-map-keys` of the API's schema); a list without keys is compared entry by entry. `quantities`
    are compared by value. `masks` and `immutable` cover everything below them. `replicas` is where an asleep form writes 0,
    `suspend` where it writes true. A task runs once and is no desired state; a precious kind is deleted by teardown alone; one
    that goes first is deleted before anything else is changed, because it would undo or forbid the change.
    """

    name: str
    api_version: str
    plural: str
    wave: int
    namespaced: bool = True
    list_keys: Mapping[Pattern, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    quantities: tuple[Pattern, ...] = ()
    masks: tuple[Pattern, ...] = ()
    immutable: tuple[Pattern, ...] = ()
    required: tuple[Pattern, ...] = ()
    replicas: Pattern | None = None
    suspend: Pattern | None = None
    is_task: bool = False
    precious: bool = False
    goes_first: bool = False

    @property
    def group(self) -> str:
        """The API group, empty for the core."""
        return self.api_version.rpartition("/")[0]

    def keys_of(self, path: Path) -> tuple[str, ...]:
        """The fields that name an entry of the list at this path; empty where entries have no names."""
        return next((keys for pattern, keys in self.list_keys.items() if matches(pattern, path)), ())

    def is_quantity(self, path: Path) -> bool:
        """Whether the value at this path is a quantity."""
        return any(matches(pattern, path) for pattern in self.quantities)

    def is_masked(self, path: Path) -> bool:
        """Whether the value at this path must not be shown."""
        return any(reaches(pattern, path) for pattern in self.masks)

    def is_immutable(self, path: Path) -> bool:
        """Whether the API server refuses a change of the value at this path."""
        return any(reaches(pattern, path) for pattern in self.immutable)
