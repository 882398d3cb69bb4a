"""Who an environment is: computed from the files alone, so that it is the same on any machine (design 5.1)."""

from typing import Final

from reconciler.model.digest import short_digest
from reconciler.model.environment import Environment
from reconciler.model.ids import AppName, EnvId, Namespace, Ref, ref_text
from reconciler.model.names import LABEL_LIMIT, as_label, fit
from reconciler.model.settings import EnvironmentRule

_ID_LENGTH: Final = 8
_RESERVED: Final = "kube"


def identify(application: AppName, rule: EnvironmentRule, *, ref: Ref) -> Environment:
    """The environment that a rule makes of a branch.

    A declared name gives identity by name, so that it may move to another branch and stay the same environment.
    """
    name = declared_name(rule)
    own = env_id(application, name=name, ref=ref)
    return Environment(application, ref, own, namespace_of(application, own), rule, name)


def declared_name(rule: EnvironmentRule) -> str | None:
    """The name of a rule that declares one environment; a rule with globs makes many, which are called after their branches."""
    return rule.name if rule.branch is not None else None


def env_id(application: AppName, *, name: str | None, ref: Ref) -> EnvId:
    """`t` and seven base-32 characters over application, kind and name or branch."""
    key = ["branch", ref_text(ref)] if name is None else ["name", name]
    return EnvId(f"t{short_digest([application, *key], _ID_LENGTH - 1)}")


def namespace_of(application: AppName, id: EnvId) -> Namespace:
    """`{application}-{env_id}` as a DNS label of at most 63 characters.

    The id stays whole at the end, so that cutting the application's name loses no uniqueness. Names that begin with `kube-`
    belong to Kubernetes, so such an application gets `app-` before it.
    """
    label = as_label(application) or "app"
    if label == _RESERVED or label.startswith(f"{_RESERVED}-"):
        label = f"app-{label}"
    return Namespace(f"{fit(label, LABEL_LIMIT - _ID_LENGTH - 1)}-{id}")
