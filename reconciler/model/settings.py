"""The operator's configuration: `config.yaml` as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from reconciler.model.globs import RefGlob
from reconciler.model.ids import AppName
from reconciler.model.lifetime import EnvironmentType, Expiry
from reconciler.model.place import Located
from reconciler.model.windows import NO_WINDOWS, Declarations


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRule(Located):
    """Which branches get an environment, and of what sort. The first rule that matches decides.

    `name` and `branch` declare one environment; `branches` are globs, OR-ed. `hosts` lists hosts that need not contain the
    env_id. `secrets` lets a branch's environment read secret stores. `follow_creation` freezes the configuration at the
    commit that made the environment. `may_pause` lets a permanent one sleep; `windows` are its own.
    """

    type: EnvironmentType
    name: str | None = None
    branch: str | None = None
    branches: tuple[RefGlob, ...] = ()
    template_entry: str | None = None
    at_most: int | None = None
    recreate: bool = False
    follow_creation: bool = False
    secrets: bool = False
    parameters: Mapping[str, str]
    variables: Mapping[str, str]
    hosts: tuple[str, ...] = ()
    expires_after: Expiry | None = None
    may_pause: bool = False
    windows: Declarations = NO_WINDOWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials(Located):
    """How a repository is read: a user with a password, or an ssh key with known hosts. Values stay in files or variables."""

    username: str | None = None
    password_file: Path | None = None
    password_env: str | None = None
    ssh_key_file: Path | None = None
    known_hosts_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance(Located):
    """What templates of an application may ask for."""

    service_accounts: tuple[str, ...] = ()
    node_selectors: tuple[str, ...] = ()
    cloud_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Located):
    """One application: its repository, its target, and which of its branches become environments.

    `image` is the pattern of built images with `{repository}`, `{name}` and `{commit}`. `importable_by` and
    `same_name_from` are the owner rule (design 6.6). `joined_hosts` allows `<label>-<env_id>-<domain>`.
    `last_wins` restores Release's way with two services of one name (design 6.7).
    """

    name: AppName
    repository: str
    target: str
    credentials: Credentials | None = None
    domain: str | None = None
    image: str | None = None
    allow: Allowance
    importable_by: tuple[RefGlob, ...] = ()
    same_name_from: tuple[RefGlob, ...] = ()
    joined_hosts: bool = False
    last_wins: bool = False
    environments: tuple[EnvironmentRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressSettings(Located):
    """How a target routes: the ingress class, the scheme of URLs, and the Secret with the wildcard certificate."""

    ingress_class: str | None = None
    scheme: str = "https"
    tls_secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceSettings(Located):
    """What every namespace of a target gets: a pod-security level, a quota, and who may connect to its pods.

    `connections_from` names other namespaces whose pods may; `None` means that no policy is made.
    """

    pod_security: str | None = None
    quota: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    connections_from: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WakingLimits:
    """How many environments of a target wake at once, and how long one that does not get ready keeps others waiting."""

    at_once: int = 10
    ready_within: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Located):
    """A place that receives objects. `storage_classes` maps a template's storage `type` to the target's class."""

    name: str
    ingress: IngressSettings
    image_pull_secrets: tuple[str, ...] = ()
    storage_classes: Mapping[str, str]
    namespaces: NamespaceSettings | None = None
    waking: WakingLimits = WakingLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryTarget(Target):
    """A directory of manifests."""

    directory: Path
    write_secrets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesTarget(Target):
    """A cluster: by the service account of the pod that we run in, or by a context of a kubeconfig.

    `kubeconfig` is what kubectl would take where it is not written, `context` the current one. `namespace` holds what outlives
    every environment. `overrule` are globs of field managers whose changes are undone.
    """

    kubeconfig: Path | None = None
    context: str | None = None
    in_cluster: bool = False
    namespace: str = "reconciler-system"
    overrule: tuple[str, ...] = ("kubectl*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Located):
    """Who may read which part of a secret store: applications and types (nobody by default), below a path prefix."""

    applications: tuple[AppName, ...]
    types: tuple[EnvironmentType, ...]
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStore(Located):
    """A store of secret values: files below a directory, or environment variables with a prefix."""

    name: str
    directory: Path | None = None
    env_prefix: str | None = None
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneLimits(Located):
    """How much one plan may delete before a person must look (design 9.2)."""

    at_most: int = 20
    at_most_percent: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation(Located):
    """The whole of `config.yaml`; every path is absolute. `pause_after` bounds how long sleep waits for jobs that run."""

    name: str
    store: Path
    mirrors: Path
    allow_local: bool
    targets: Mapping[str, Target]
    secret_stores: Mapping[str, SecretStore]
    applications: Mapping[AppName, Application]
    every: timedelta
    workers: int
    prune: PruneLimits
    windows: Declarations = NO_WINDOWS
    pause_after: timedelta = timedelta(hours=1)
