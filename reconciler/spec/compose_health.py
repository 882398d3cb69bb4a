"""A Compose service's health check as a readiness probe: a plain request to its own port by HTTP, anything else as a command."""

import math
import re
import shlex
from typing import Final

from reconciler.spec.compose_command import split
from reconciler.spec.compose_interpolate import SECRET
from reconciler.spec.compose_project import Body, Project, items_of
from reconciler.spec.fields import text_of
from reconciler.spec.node import MappingNode, Node, Scalar

_KEYS: Final = frozenset({"test", "interval", "timeout", "retries", "start_period", "disable"})
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_PART: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(h|ms|us|ns|m|s)", re.ASCII)
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_OTHERWISE: Final = re.compile(r"\s*\|\|\s*(?:exit(?:\s+[0-9]+)?|false)\s*;?\s*$")
_ADDRESS: Final = re.compile(r"(?:http://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::([0-9]{1,5}))?(/[^\s$`;|&<>]*)?")
_PLAIN: Final = {
    "curl": re.compile(
        r"-[fsSLv]+|--fail|--silent|--show-error|--location|--fail-with-body"
        r"|(?:-o|--output|-m|--max-time|--connect-timeout|--retry)(?:[ =](?:/dev/null|[0-9]+))"
    ),
    "wget": re.compile(
        r"-q|-nv|-qO ?-|-q?O ?(?:-|/dev/null)|--quiet|--no-verbose|--spider|(?:--tries|--timeout|-t|-T)[ =]?[0-9]+"
    ),
}
_WITH_VALUE: Final = frozenset({"-o", "--output", "-m", "--max-time", "--connect-timeout", "--retry", "-t", "-T", "-O", "-qO"})
_MANY: Final = 10_000


def readiness_of(service: MappingNode, project: Project, *, lost: tuple[str, ...]) -> Body:
    """`readiness_probe` of the service, or nothing.

    Docker restarts nothing that is unhealthy, so there is no liveness probe. What is not written has Docker's default
    (30 seconds, 30 seconds, 3 times), not Kubernetes' (10 seconds, 1 second, 3 times). A check that runs what lies in one of
    the `lost` folders would never pass, and is left out.
    """
    check = service.get("healthcheck")
    if not isinstance(check, MappingNode) or (text_of(check.get("disable")) or "").lower() == "true":
        return {}
    project.left_keys(check, _KEYS, what="healthcheck.")
    asked = _asked(check, project)
    if asked is None:
        return {}
    if any(path in str(asked) for path in lost):
        project.left(check.place, "a health check that runs a file of the machine", hint="put the file into the image")
        return {}
    delay = _seconds(check, "start_period", project=project, default=0)
    return {
        "readiness_probe": {
            **asked,
            **({"initial_delay_seconds": delay} if delay else {}),
            "period_seconds": _seconds(check, "interval", project=project, default=30),
            "timeout_seconds": _seconds(check, "timeout", project=project, default=30),
            "failure_threshold": _retries(check, project),
        }
    }


def _asked(check: MappingNode, project: Project) -> Body | None:
    """`http_get` or `exec`; nothing where the check is switched off or inherited from the image."""
    test = check.get("test")
    words = [item.text for item in items_of(test) if isinstance(item, Scalar)]
    if not words or test is None:
        if check.members:
            project.left(check.place, "a health check of the image", hint="write its command as `test:`")
        return None
    if words[0] == "NONE":
        return None
    if isinstance(test, Scalar) or words[0] == "CMD-SHELL":
        return _of_shell(words[-1])
    if words[0] != "CMD" or len(words) == 1:
        hint = 'begin the list with "CMD" or "CMD-SHELL"'
        project.wrong(test.place, "the test of the health check is no command", hint=hint)
        return None
    return _request(words[1:]) or {"exec": {"command": _as_command(words[1:])}}


def _of_shell(line: str) -> Body:
    words = split(_OTHERWISE.sub("", line)) or []
    return _request(words) or {"exec": {"command": ["sh", "-c", SECRET.sub(r"${\1}", line)]}}


def _as_command(words: list[str]) -> list[str]:
    """The words, or a shell's line where one holds a credential: probes see variables through a shell alone."""
    if not any(SECRET.search(word) for word in words):
        return words
    return ["sh", "-c", " ".join(_quoted(word) for word in words)]


def _quoted(word: str) -> str:
    parts = SECRET.split(word)
    texts = [shlex.quote(part) if index % 2 == 0 else f'"${{{part}}}"' for index, part in enumerate(parts) if part]
    return "".join(texts) or "''"


def _request(words: list[str]) -> Body | None:
    """`http_get` where the words are a request to the own machine and nothing else."""
    plain = _PLAIN.get(words[0].rpartition("/")[2]) if words else None
    if plain is None:
        return None
    addresses, index = [], 1
    while index < len(words):
        word = words[index]
        if word in _WITH_VALUE and index + 1 < len(words):
            index += 1
            word = f"{word} {words[index]}"
        if not plain.fullmatch(word):
            addresses.append(word)
        index += 1
    match = _ADDRESS.fullmatch(addresses[0]) if len(addresses) == 1 else None
    port = int(match[1] or 80) if match else 0
    return {"http_get": {"path": match[2] or "/", "port": port}} if match and 1 <= port <= 65_535 else None


def _seconds(check: MappingNode, key: str, *, project: Project, default: int) -> int:
    """Whole seconds, rounded up, for Kubernetes knows no others; 0 is Docker's default."""
    node: Node | None = check.get(key)
    text = text_of(node)
    if node is None or text is None:
        return default
    if not _DURATION.fullmatch(text):
        project.wrong(node.place, f"{key} {text[:40]!r} is not a duration", hint="write it like 30s or 1m30s")
        return default
    return math.ceil(sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))) or default


def _retries(check: MappingNode, project: Project) -> int:
    node = check.get("retries")
    text = text_of(node)
    if node is None or text is None:
        return 3
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= _MANY:
        project.wrong(node.place, f"retries {text[:20]!r} is not a number from 1 to {_MANY}")
        return 3
    return int(text)
