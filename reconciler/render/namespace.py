"""The group's Namespace."""

from reconciler.model.environment import Environment
from reconciler.model.objects import Desired
from reconciler.render.rendering import Made, group_desired
from reconciler.render.setting import Setting


def namespace(environment: Environment, setting: Setting) -> Desired:
    """The one namespace that all members of the group share."""
    made = Made(kind="Namespace", name=environment.namespace, why=f"namespace of {environment}", place=environment.rule.place)
    return group_desired(made, environment, setting=setting)
