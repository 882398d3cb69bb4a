"""Names: what Kubernetes and environment variables allow, and how a long one is cut without losing uniqueness."""

import re
from typing import Final

from reconciler.model.digest import short_digest

LABEL_LIMIT: Final = 63
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IMAGE: Final = re.compile(r"[A-Za-z0-9][-A-Za-z0-9._/:@+]{0,511}")
_HOST_LIMIT: Final = 253


def is_label(name: str) -> bool:
    """Whether this is a DNS label (RFC 1123): what most object names must be."""
    return len(name) <= LABEL_LIMIT and _LABEL.fullmatch(name) is not None


def is_host(name: str) -> bool:
    """Whether this is a host name made of DNS labels, without wildcards."""
    return len(name) <= _HOST_LIMIT and all(is_label(label) for label in name.split("."))


def is_variable(name: str) -> bool:
    """Whether a shell can use this as the name of an environment variable."""
    return _VARIABLE.fullmatch(name) is not None


def is_image(name: str) -> bool:
    """Whether this may be the name of an image, with or without registry, tag and digest."""
    return _IMAGE.fullmatch(name) is not None


def as_label(text: str) -> str:
    """The text in lower case with every run of other characters made a hyphen; empty where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def fit(name: str, limit: int = LABEL_LIMIT) -> str:
    """The name, cut to the limit with seven characters of its digest where it is too long."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - 8].rstrip('-')}-{short_digest(name)}"


def variable_prefix(service: str) -> str:
    """`insurance-service` → `INSURANCE_SERVICE`, as in `INSURANCE_SERVICE_INGRESS_URL` (Release, environment variables)."""
    return re.sub(r"[^A-Z0-9_]", "_", service.upper())
