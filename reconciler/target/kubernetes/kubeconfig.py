"""Reads one context out of kubeconfig files: merged as kubectl merges them, paths made absolute, everything else checked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reconciler.kinds.yaml_events import read_plain
from reconciler.model.errors import BadValue, Missing, Refused

_FILES: Final = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
_TEXTS: Final = (*_FILES, "server", "tls-server-name", "proxy-url", "token", "username", "password")
_ADDRESS: Final = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_HINT: Final = "`kubectl config view` shows what kubectl takes from it"

_Documents = Sequence[tuple[Path, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Context:
    """One context, alone in a document that holds nothing else.

    `token_file` is read anew for each request, because such tokens are exchanged under a running process. `plugin` is the
    command that hands credentials out, where there is one.
    """

    name: str
    files: tuple[Path, ...]
    server: str
    document: Mapping[str, Any] = field(repr=False)
    token_file: Path | None
    plugin: str | None

    def __str__(self) -> str:
        return f"context {self.name} of {':'.join(map(str, self.files))}"


def kubeconfig_files(written: Path | None, environ: Mapping[str, str], *, home: Path) -> tuple[Path, ...]:
    """The files that kubectl would read: the one that is written, else those of `KUBECONFIG`, else the one at home."""
    if written is not None:
        return (written,)
    named = tuple(Path(part) for part in environ.get("KUBECONFIG", "").split(":") if part)
    return named or (home / ".kube" / "config",)


def read_context(files: Sequence[Path], name: str | None) -> Context:
    """The context of that name, or the current one.

    Raises `Missing` where there is no file or no such context, and `Refused` for a file that is no kubeconfig.
    """
    documents = [(path, document) for path in files if (document := _document(path)) is not None]
    found = tuple(path for path, _ in documents)
    where = ":".join(map(str, files))
    if not documents:
        hint = "write `kubeconfig: PATH` in the target, or `in_cluster: true` where reconciler runs in the cluster"
        raise Missing(f"kubeconfig {where} is not there", hint)
    chosen = name or next((current for _, one in documents if (current := _text(one, "current-context"))), None)
    if not chosen:
        raise Missing(f"kubeconfig {where} has no current context", f"write `context: NAME` in the target: {_known(documents)}")
    context = _named(documents, "contexts", name=chosen)
    if context is None:
        raise Missing(f"context {chosen} is not in {where}", _known(documents))
    return _joined(documents, context, name=chosen, files=found)


def _joined(documents: _Documents, facts: Mapping[str, Any], *, name: str, files: tuple[Path, ...]) -> Context:
    cluster = _required(documents, "clusters", name=_text(facts, "cluster"), context=name)
    user = _required(documents, "users", name=_text(facts, "user"), context=name) if _text(facts, "user") else {}
    server = _server(_text(cluster, "server"), name)
    if "auth-provider" in user:
        hint = "let the user log in by an exec plugin, such as kubelogin for OpenID Connect"
        raise Refused(f"context {name} logs in by an auth-provider, which is not supported", hint)
    token_file = _text(user, "tokenFile")
    held = {key: value for key, value in user.items() if not (token_file and key in {"token", "tokenFile"})}
    document = {
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [{"name": name, "cluster": dict(cluster)}],
        "users": [{"name": name, "user": held}],
    }
    return Context(name, files, server, document, Path(token_file) if token_file else None, _plugin(user))


def _document(path: Path) -> Mapping[str, Any] | None:
    """What the file holds, `None` where there is none."""
    try:
        value = read_plain(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"kubeconfig {path} cannot be read: {error.strerror}", _HINT) from error
    except UnicodeDecodeError as error:
        raise Refused(f"kubeconfig {path} is not UTF-8", _HINT) from error
    except BadValue as error:
        raise Refused(f"kubeconfig {path} cannot be read: {error.message}", _HINT) from error
    if not isinstance(value, dict):
        raise Refused(f"kubeconfig {path} is not a mapping", _HINT)
    return value


def _entries(documents: _Documents, section: str) -> Iterator[tuple[Path, Any]]:
    for path, document in documents:
        listed = document.get(section) or []
        if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
            raise Refused(f"{section} in kubeconfig {path} is not a list of mappings", _HINT)
        yield from ((path, entry) for entry in listed)


def _named(documents: _Documents, section: str, *, name: str) -> Mapping[str, Any] | None:
    """The first entry of that name, its paths relative to the file that it stands in."""
    for path, entry in _entries(documents, section):
        if entry.get("name") == name:
            facts = entry.get(section.removesuffix("s")) or {}
            if not isinstance(facts, dict):
                raise Refused(f"{section.removesuffix('s')} {name} in kubeconfig {path} is not a mapping", _HINT)
            return _checked(facts, path)
    return None


def _checked(facts: Mapping[str, Any], path: Path) -> dict[str, Any]:
    for key in _TEXTS:
        if facts.get(key) is not None and not isinstance(facts[key], str):
            raise Refused(f"{key} in kubeconfig {path} is not a text", "put it in quotes")
    folder = path.absolute().parent
    changed: dict[str, Any] = {key: str(folder / facts[key]) for key in _FILES if facts.get(key)}
    plugin = facts.get("exec")
    if isinstance(plugin, dict) and "/" in str(plugin.get("command", "")):
        changed["exec"] = {**plugin, "command": str(folder / plugin["command"])}
    return {**facts, **changed}


def _required(documents: _Documents, section: str, *, name: str | None, context: str) -> Mapping[str, Any]:
    word = section.removesuffix("s")
    found = _named(documents, section, name=name) if name else None
    if found is None:
        raise Refused(f"context {context} names the {word} {name or '(none)'}, which its kubeconfig does not have", _HINT)
    return found


def _server(text: str | None, context: str) -> str:
    address = (text or "").rstrip("/")
    if not _ADDRESS.fullmatch(address):
        raise Refused(f"the cluster of context {context} has no address like https://host:port", _HINT)
    return address


def _plugin(user: Mapping[str, Any]) -> str | None:
    plugin = user.get("exec")
    return str(plugin.get("command", "")) if isinstance(plugin, dict) else None


def _known(documents: _Documents) -> str:
    names = sorted({str(entry.get("name")) for _, entry in _entries(documents, "contexts")})
    return f"there are {', '.join(names)}" if names else "there are no contexts in it"


def _text(facts: Mapping[str, Any], key: str) -> str | None:
    value = facts.get(key)
    return value if isinstance(value, str) and value else None
