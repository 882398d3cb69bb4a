"""The control plane for its own tests."""

from tests.controlplane.fixtures import cluster, plane, proxy

__all__ = ["cluster", "plane", "proxy"]
