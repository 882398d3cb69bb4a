"""Who moved when desired and live differ: git, a hand at the target, or both."""

from reconciler.model.objects import Desired, Live, Manifest, applied_of, manifest_digest
from reconciler.model.reason import Reason


def why_different(desired: Desired, live: Live, *, applied: str | None) -> Reason:
    """Who moved: git, a hand at the target, or both. `applied` is the text of what we last applied, where it is known."""
    if live.manifest is None:
        return Reason("edited by hand until it was no manifest any more, put back", desired.place)
    if not applied:
        return Reason("differs from what git asks for", desired.place)
    by = f" by {live.author}" if live.author else " by hand"
    if is_held(live, applied):
        # Values of a Secret are not in the digest: with everything else alike, one was edited.
        by_hand = is_wanted(desired.manifest, applied)
        return Reason(f"edited{by}, put back" if by_hand else "changed in git", desired.place)
    if is_wanted(desired.manifest, applied):
        return Reason(f"edited{by}, put back", desired.place)
    return Reason(f"changed in git, and edited{by}", desired.place)


def unmoved(desired: Desired, live: Live, *, applied: str | None) -> bool:
    """Whether neither git nor anybody at the target moved since we last applied it; Secrets are compared by value besides."""
    if not applied or not is_wanted(desired.manifest, applied) or not is_held(live, applied):
        return False
    return desired.key.kind != "Secret" or desired.manifest.get("data", {}) == (live.manifest or {}).get("data", {})


def is_wanted(manifest: Manifest, applied: str) -> bool:
    """Whether the manifest is what was last asked for."""
    return _digest(manifest) == applied_of(applied).wanted


def is_held(live: Live, applied: str) -> bool:
    """Whether the live object is as the target held it when we last applied it."""
    found = live.digest if live.digest is not None else _digest(live.manifest or {})
    return found == applied_of(applied).held


def _digest(manifest: Manifest) -> str | None:
    """`None` for one that has no digest, such as one with a number without end."""
    try:
        return manifest_digest(manifest)
    except (ValueError, TypeError):
        return None
