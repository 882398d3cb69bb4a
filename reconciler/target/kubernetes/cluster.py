"""One cluster as an installation sees it: reads and sends, and tells what is not there from what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.kinds.kind import Kind
from reconciler.model.errors import ReconcilerError
from reconciler.model.ids import EnvId
from reconciler.model.objects import Live, Manifest, ObjectKey
from reconciler.model.settings import KubernetesTarget
from reconciler.target.kubernetes import asking
from reconciler.target.kubernetes.answers import live_of
from reconciler.target.kubernetes.failures import Wrong
from reconciler.target.kubernetes.failures_in_words import Later, Rejected
from reconciler.target.kubernetes.ownership import Claim
from reconciler.target.kubernetes.requests import Request
from reconciler.target.kubernetes.transport import Response, Transport


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster, and the installation that works on it. Keeps nothing, so several threads may ask it."""

    target: KubernetesTarget
    installation: str
    transport: Transport

    def send(self, request: Request) -> Response:
        """The answer. Raises as `Transport.send`."""
        return self.transport.send(request)

    def find(self, key: ObjectKey) -> Manifest | None:
        """The object as the server answers it, `None` where it is not there."""
        return self.answer_unless(asking.get(key), Wrong.ABSENT)

    def answer_unless(self, request: Request, *expected: Wrong) -> Manifest | None:
        """The document that is answered, `None` for a refusal that is expected."""
        try:
            return self.transport.send(request).body
        except (Rejected, Later) as error:
            if wrong_of(error) in expected:
                return None
            raise

    def every(self, kind: Kind, *, namespace: str = "", selector: str = "") -> list[Manifest]:
        """All objects of a kind that match, page by page; a list that expired in between is begun anew, once."""
        try:
            return list(self._pages(kind, namespace, selector=selector))
        except Later as error:
            if wrong_of(error) is not Wrong.EXPIRED:
                raise
        return list(self._pages(kind, namespace, selector=selector))

    def _pages(self, kind: Kind, namespace: str, *, selector: str) -> Iterator[Manifest]:
        going_on = ""
        while True:
            body = self.send(asking.listing(kind, namespace=namespace, selector=selector, going_on=going_on)).body
            for item in body.get("items") or ():
                yield {"apiVersion": kind.api_version, "kind": kind.name, **item}
            going_on = (body.get("metadata") or {}).get("continue") or ""
            if not going_on:
                return

    def live(self, answer: Manifest, environment: EnvId) -> Live:
        """The object as it is compared, asked for by an environment of this installation."""
        return live_of(answer, claim=Claim(self.installation, environment), overrule=self.target.overrule)


def wrong_of(error: ReconcilerError) -> Wrong | None:
    """What the server said is wrong; `None` where it said nothing."""
    return error.failure.wrong if isinstance(error, Rejected | Later) else None
