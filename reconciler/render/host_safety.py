"""What makes a host safe to claim (design 9.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.environment import Environment
from reconciler.model.ids import AppName
from reconciler.model.names import is_host, is_label
from reconciler.model.place import Place
from reconciler.model.problem import Problem, Severity
from reconciler.model.settings import Application


@dataclass(frozen=True, slots=True)
class Guard:
    """What an environment may claim: names below `domain` with its `env_id` in them, or without it where `listed`."""

    application: AppName
    env_id: str
    domain: str | None
    joined: bool
    listed: frozenset[str]

    @classmethod
    def of(cls, environment: Environment, applications: Mapping[AppName, Application]) -> "Guard":
        """The guard of a group: the importer's domain and rule hold for every member (design 5.7)."""
        application = applications[environment.application]
        domain = application.domain.lower() if application.domain else None
        listed = frozenset(host.lower() for host in environment.rule.hosts)
        return cls(application.name, environment.id, domain, application.joined_hosts, listed)

    def check_host(self, host: str, place: Place) -> Iterator[Problem]:
        """What forbids the host; nothing for one that may be claimed. The host is in lower case."""
        if not is_host(host):
            hint = "use letters, digits and hyphens, no wildcard, at most 63 characters between dots and 253 in all"
            yield _error("R622", place, message=f"{host!r} is not a host name", hint=hint)
        elif self.domain is None:
            hint = f"write `domain:` for {self.application} in config.yaml"
            yield _error("R623", place, message=f"host {host} has no domain to lie under", hint=hint)
        elif not self._lies_under(host, self.domain):
            yield _error("R623", place, message=f"host {host} does not lie under {self.domain}", hint=self._form(self.domain))
        elif self.env_id not in host and host not in self.listed:
            hint = f"put ${{env_id}} into it, or list it under `hosts:` of the environment's rule for {self.application}"
            yield _error("R624", place, message=f"host {host} does not contain {self.env_id}", hint=hint)

    def _lies_under(self, host: str, domain: str) -> bool:
        if host.endswith(f".{domain}"):
            return True
        tail = f"-{self.env_id}-{domain}"
        return self.joined and host.endswith(tail) and is_label(host.removesuffix(tail))

    def _form(self, domain: str) -> str:
        return f"write it like web-${{env_id}}.${{domain}}, which ends in .{domain}"


def _error(code: str, place: Place, *, message: str, hint: str) -> Problem:
    return Problem(Severity.ERROR, code, place, message, hint)
