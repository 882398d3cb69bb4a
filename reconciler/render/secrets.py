"""Secret variables: one Secret per service or job, and a keyed digest that rolls its pods when a value changes."""

import hashlib
import hmac
from collections.abc import Mapping

from reconciler.model.digest import canonical
from reconciler.model.objects import SECRET_DIGEST, Desired
from reconciler.model.secret import SecretValue
from reconciler.render.rendering import Made, Rendering, desired
from reconciler.render.variables import Owner, init_of, secret_keys, secret_name, values_of


def service_secret(rendering: Rendering, owner: Owner) -> Desired | None:
    """The owner's Secret; `None` where no variable is secret. Its `data` holds `SecretValue`s, not yet in base 64."""
    data = secret_data(rendering, owner)
    if not data:
        return None
    return desired(
        Made(
            kind="Secret",
            name=secret_name(rendering, owner),
            why=f"secret variables of {owner.name}",
            place=owner.place,
            body={"type": "Opaque", "data": data},
            annotations=secret_digest(rendering, owner),
        ),
        rendering,
    )


def secret_digest(rendering: Rendering, owner: Owner) -> dict[str, str]:
    """The annotation for Secret and pod template; empty where nothing is secret, or before the installation has a key."""
    data = secret_data(rendering, owner)
    key = rendering.inputs.key
    return {SECRET_DIGEST: digest_of_values(data, key=key, env_id=rendering.environment.id)} if data and key is not None else {}


def secret_data(rendering: Rendering, owner: Owner) -> dict[str, SecretValue]:
    """The secret values of all containers of the owner by their keys in its Secret, without those that are not to be had."""
    data: dict[str, SecretValue] = {}
    for container in (owner, *init_of(owner)):
        values = values_of(rendering, container, owner=owner).values
        for name, key in secret_keys(rendering, container, owner=owner).items():
            value = values[name]
            if isinstance(value, SecretValue):
                data[key] = value
    return dict(sorted(data.items()))


def digest_of_values(data: Mapping[str, SecretValue], *, key: bytes, env_id: str) -> str:
    """An HMAC over all keys and values, under a key that each environment derives for itself: 64 hexadecimal digits."""
    own = hmac.new(key, f"secret-digest {env_id}".encode(), hashlib.sha256).digest()
    text = canonical([[name, value.reveal()] for name, value in sorted(data.items())])
    return hmac.new(own, text, hashlib.sha256).hexdigest()
