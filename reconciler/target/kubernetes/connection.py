"""Configuration, credentials and TLS of one cluster; the only module that imports the `kubernetes` package."""

import logging
import os
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from kubernetes.client.configuration import Configuration
from kubernetes.client.rest import RESTClientObject
from kubernetes.config import ConfigException, load_kube_config_from_dict
from kubernetes.config.incluster_config import InClusterConfigLoader
from urllib3 import PoolManager
from urllib3.util.ssl_ import create_urllib3_context

from reconciler.model.errors import Refused
from reconciler.model.settings import KubernetesTarget
from reconciler.target.kubernetes.kubeconfig import Context, kubeconfig_files, read_context

_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_TLS_SETTINGS: Final = ("ca_certs", "ca_cert_data", "cert_file", "key_file")
_LOGIN: Final = "log in again, or renew the token or certificate; `kubectl auth whoami` shows who you are"
_LOADING: Final = threading.Lock()  # the package keeps one table of temporary files for the whole process

_load_document: Final[Callable[..., None]] = load_kube_config_from_dict
_in_cluster_loader: Final[Callable[..., Any]] = InClusterConfigLoader


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a process finds its credentials: environment variables, home, and the folder of a pod's service account."""

    environ: Mapping[str, str]
    home: Path
    account: Path = _ACCOUNT


def here() -> Surroundings:
    """Those of this process."""
    return Surroundings(os.environ, Path.home())


@dataclass(frozen=True, slots=True)
class Session:
    """A configured way to a cluster: its address, a pool of connections to it, and who asks, in words."""

    server: str
    who: str
    pool: PoolManager
    _configuration: Configuration = field(repr=False)
    _token_file: Path | None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def authorization(self) -> str | None:
        """The header that says who asks, `None` for a certificate. Tokens that were exchanged are read anew.

        Raises `Refused` for a token that cannot be read or cannot be a header.
        """
        with self._lock:  # a plugin that hands tokens out is asked once, however many workers need one
            value = self._header()
        if value is not None and not (value.isascii() and value.isprintable()):
            raise Refused(f"the token of {self.who} is none: it has characters that no header may have", _LOGIN)
        return value

    def _header(self) -> str | None:
        try:
            if self._token_file is not None:
                return f"Bearer {self._token_file.read_text().strip()}"
            header = self._configuration.get_api_key_with_prefix("BearerToken")
        except (OSError, UnicodeDecodeError, ConfigException) as error:
            raise Refused(f"the token of {self.who} cannot be read: {_words(error)}", _LOGIN) from error
        return header.strip() if header else None


def open_session(target: KubernetesTarget, *, connections: int, surroundings: Surroundings) -> Session:
    """Reads the configuration, loads certificates and asks the credential plugin; sends nothing to the cluster.

    Raises `Missing` where there is no kubeconfig or no such context, and `Refused` where it cannot be used.
    """
    if target.in_cluster:
        return _in_cluster(connections, surroundings)
    context = read_context(kubeconfig_files(target.kubeconfig, surroundings.environ, home=surroundings.home), target.context)
    configuration = Configuration()
    with _LOADING, _complaints() as heard, TemporaryDirectory(prefix="reconciler-") as folder:
        try:
            _load_document(
                dict(context.document),
                client_configuration=configuration,
                persist_config=False,  # a kubeconfig is the user's file
                temp_file_path=folder,
            )
            pool = _pool(configuration, connections)
        except (ConfigException, OSError, ValueError) as error:
            raise Refused(f"{context} cannot be used: {_words(error)}", "mend it, or fetch it anew from the cluster") from error
    _demand_credentials(context, configuration, heard=heard)
    return Session(context.server, str(context), pool, configuration, context.token_file)


def _in_cluster(connections: int, surroundings: Surroundings) -> Session:
    who = "the service account of this pod"
    configuration = Configuration()
    account = surroundings.account
    files = {"token_filename": str(account / "token"), "cert_filename": str(account / "ca.crt")}
    try:
        _in_cluster_loader(**files, environ=surroundings.environ).load_and_set(configuration)
        pool = _pool(configuration, connections)
    except (ConfigException, OSError, ValueError) as error:
        hint = "`in_cluster: true` is for pods with a service account token; elsewhere name a kubeconfig"
        raise Refused(f"{who} cannot be used: {_words(error)}", hint) from error
    return Session(configuration.host, who, pool, configuration, account / "token")


def _pool(configuration: Configuration, connections: int) -> PoolManager:
    """The package's own pool, one kept connection a worker, with its certificates read into memory now.

    Left to itself it would read the files at each new connection, and a cleaner may have removed its temporary ones by then.
    """
    configuration.connection_pool_maxsize = connections
    configuration.keep_alive = True
    pool = RESTClientObject(configuration).pool_manager
    for setting in _TLS_SETTINGS:
        pool.connection_pool_kw.pop(setting, None)
    pool.connection_pool_kw |= {"ssl_context": _tls(configuration), "block": True}
    return pool


def _tls(configuration: Configuration) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE)
    if configuration.ssl_ca_cert:
        context.load_verify_locations(cafile=configuration.ssl_ca_cert)
    else:
        context.load_default_certs()
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file, password="")  # or OpenSSL would ask a terminal
    return context


def _demand_credentials(context: Context, configuration: Configuration, *, heard: list[str]) -> None:
    # The package logs what its plugin complains of, and goes on as nobody.
    if context.plugin is None or configuration.api_key or configuration.cert_file:
        return
    why = "; ".join(heard) or "it gave neither token nor certificate"
    raise Refused(f"credential plugin {context.plugin} of {context} failed: {why[:500]}", f"try it by hand; {_LOGIN}")


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What the package logs of its own while it loads, instead of raising it."""
    heard: list[str] = []
    handler = _Hearing(heard)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield heard
    finally:
        root.removeHandler(handler)


class _Hearing(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        if record.module == "kube_config":
            self._heard.append(" ".join(record.getMessage().split()))


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
