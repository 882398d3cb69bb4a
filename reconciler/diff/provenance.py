"""Who moved when desired and live differ: git, a hand at the target, or both."""

from reconciler.model.objects import Desired, Live, Manifest, manifest_digest
from reconciler.model.reason import Reason


def why_different(desired: Desired, live: Live, *, applied: str | None) -> Reason:
    """Who moved: git, a hand at the target, or both. `applied` is the digest of what we last applied, where it is known."""
    if live.manifest is None:
        return Reason("edited by hand until it was no manifest any more, put back", desired.place)
    if not applied:
        return Reason("differs from what git asks for", desired.place)
    by = f" by {live.author}" if live.author else " by hand"
    if is_applied(live.manifest, applied):
        # Values of a Secret are not in the digest: with everything else alike, one was edited.
        by_hand = is_applied(desired.manifest, applied)
        return Reason(f"edited{by}, put back" if by_hand else "changed in git", desired.place)
    if is_applied(desired.manifest, applied):
        return Reason(f"edited{by}, put back", desired.place)
    return Reason(f"changed in git, and edited{by}", desired.place)


def is_applied(manifest: Manifest, applied: str) -> bool:
    """Whether the manifest is what was last applied. One that has no digest, such as a number without end, is not."""
    try:
        return manifest_digest(manifest) == applied
    except (ValueError, TypeError):
        return False
