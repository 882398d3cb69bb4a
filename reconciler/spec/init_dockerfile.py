"""What a Dockerfile and a `package.json` tell of a service."""

import json
import re
from typing import Final

_EXPOSE: Final = re.compile(r"^[ \t]*EXPOSE[ \t]+(.+)$", re.IGNORECASE | re.MULTILINE)
_PORT: Final = re.compile(r"([0-9]{1,5})(?:/tcp)?", re.ASCII)
_STAGE: Final = re.compile(r"^[ \t]*FROM[ \t]", re.IGNORECASE | re.MULTILINE)
_MOST: Final = 65_535


def exposed_ports(source: bytes) -> tuple[int, ...]:
    """The TCP ports that the last stage of a Dockerfile exposes, each once; ranges and variables are left out."""
    text = source.decode("utf-8", "replace")
    last = [match.start() for match in _STAGE.finditer(text)][-1:]
    words = [word for line in _EXPOSE.findall(text[last[0] :] if last else text) for word in line.split("#")[0].split()]
    ports = [int(match[1]) for word in words if (match := _PORT.fullmatch(word))]
    return tuple(dict.fromkeys(port for port in ports if 1 <= port <= _MOST))


def package_name(source: bytes) -> str | None:
    """The name in a `package.json` without its scope; `None` where the file is none or names nothing."""
    try:
        package = json.loads(source)
    except (ValueError, RecursionError):
        return None
    name = package.get("name") if isinstance(package, dict) else None
    return name.rpartition("/")[2] if isinstance(name, str) and name else None
