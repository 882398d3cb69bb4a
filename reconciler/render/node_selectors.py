"""Node selectors, as far as config.yaml allows their keys (design 9.5)."""

from collections.abc import Iterator

from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import Job, Service
from reconciler.render.rendering import Rendering


def node_selector(rendering: Rendering, owner: Service | Job) -> dict[str, str]:
    """The labels that the owner's nodes must bear: the template's and, over them, its own, as far as allowed."""
    return {
        selector.key: selector.value
        for selector in (*rendering.configuration.node_selector, *owner.node_selector)
        if selector.key in rendering.allow.node_selectors
    }


def check_node_selectors(rendering: Rendering) -> Iterator[Problem]:
    """Selectors that are left out."""
    found = [rendering.configuration.node_selector, *(owner.node_selector for owner in rendering.owners)]
    for selector in (selector for selectors in found for selector in selectors):
        if selector.key not in rendering.allow.node_selectors:
            yield Problem(
                Severity.WARNING,
                "R657",
                selector.place,
                f"node selector {selector.key} is not allowed for {rendering.application} and is left out",
                f"add its key to allow.node_selectors of {rendering.application} in config.yaml",
            )
