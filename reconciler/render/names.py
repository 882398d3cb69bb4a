"""Names of objects that are not called after a service, and what is cut where a name is too long."""

from reconciler.model.digest import short_digest
from reconciler.model.ids import AppName
from reconciler.model.names import LABEL_LIMIT, as_label, fit


def owned_name(application: AppName, name: str, *, limit: int = LABEL_LIMIT) -> str:
    """`{application}-{name}` as a DNS label of at most `limit` characters (design 7.2).

    Characters that a label cannot hold become hyphens; a name that was changed or cut ends in a digest of what it was, so that
    two different names never become one.
    """
    return label_of(f"{application}-{name}", limit=limit)


def label_of(text: str, *, limit: int = LABEL_LIMIT) -> str:
    """The text as a DNS label, the same for the same text and another one for any other."""
    label = as_label(text)
    if label == text:
        return fit(text, limit)
    digest = short_digest(text)
    return "-".join(part for part in (label[: limit - 8].rstrip("-"), digest) if part)
