"""Opens a cluster: its reader and its writer over one way to it."""

from reconciler.model.ports import TargetReader, TargetWriter
from reconciler.model.settings import KubernetesTarget
from reconciler.target.kubernetes.cluster import Cluster
from reconciler.target.kubernetes.reader import KubernetesReader
from reconciler.target.kubernetes.transport import Transport
from reconciler.target.kubernetes.writer import KubernetesWriter


def open_target(target: KubernetesTarget, installation: str, *, connections: int) -> tuple[TargetReader, TargetWriter]:
    """The two halves. Nothing is sent before the first request; as many connections are kept as there are workers."""
    cluster = Cluster(target, installation, Transport(target, connections=connections))
    return KubernetesReader(cluster), KubernetesWriter(cluster)
