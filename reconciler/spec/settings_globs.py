"""Globs of `config.yaml`, each compiled alone."""

from reconciler.model.errors import BadValue
from reconciler.model.globs import RefGlob
from reconciler.spec.fields import Fields


def read_globs(fields: Fields, key: str) -> tuple[RefGlob, ...]:
    """The globs of a list; one that cannot be compiled is a problem at its line."""
    globs = []
    for text, place in fields.places(key):
        try:
            globs.append(RefGlob(text))
        except BadValue as error:
            fields.findings.error("R712", place, message=error.message, hint="write it like feature/** or release-*")
    return tuple(globs)
