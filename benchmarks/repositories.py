"""Repositories for benchmarks: shaped like those that Release's detection writes, and no two alike in any file."""

from pathlib import Path
from random import Random
from typing import Final

TEMPLATE_PATH: Final = ".release/application_template.yaml"
_WORDS: Final = ("api", "web", "worker", "queue", "search", "mail", "admin", "report", "auth", "billing", "cart", "feed")
_BASE: Final = ("postgres", "redis", "mysql", "rabbitmq", "minio")
_NAMES: Final = ("DATABASE_HOST", "LOG_LEVEL", "CACHE_URL", "RAILS_ENV", "NODE_ENV", "QUEUE_SIZE", "MAIL_FROM", "SECRET_KEY_BASE")
_OVERRIDDEN_EVERY: Final = 8
_WRONG_EVERY: Final = 20


def repository(folder: Path, number: int) -> Path:
    """Three files: 3 to 7 services in about 1.8 KB of template, 5 to 20 variables; the same number gives the same text.

    One in eight overrides values for permanent environments, one in twenty has a misspelt key.
    """
    chance = Random(number)
    names = [f"{word}-{number}" for word in chance.sample(_WORDS, chance.randint(2, 5))]
    stores = chance.sample(_BASE, chance.randint(1, 2))
    folder.joinpath(".release").mkdir(parents=True)
    folder.joinpath(".release.yaml").write_text(_pointers(number))
    folder.joinpath(TEMPLATE_PATH).write_text(_template(names, stores, number=number, chance=chance))
    folder.joinpath(f".release/variables-{number}.yaml").write_text(_variables(number, chance))
    return folder


def _pointers(number: int) -> str:
    return f"application_template: {TEMPLATE_PATH}\nenvironment_variables: .release/variables-{number}.yaml\n"


def _template(names: list[str], stores: list[str], *, number: int, chance: Random) -> str:
    parts = [f"---\napp: app-{number}\nauto_deploy: true\ncontext: cluster-{number % 7}\ndomain: app-{number}.example.com\n"]
    parts += ["hostnames:\n", *(f"- {name}: {name}-${{env_id}}.${{domain}}\n" for name in names)]
    parts += ["environment_templates:\n- name: ephemeral\n- name: permanent\n"]
    if number % _OVERRIDDEN_EVERY == 0:
        parts.append(f"  services:\n  - name: {names[0]}\n    replicas: {chance.randint(2, 5)}\n")
    parts.append("resources:\n  cpu:\n    limits: 1000m\n    requests: 100m\n")
    parts.append(f"  memory:\n    limits: {chance.randint(1, 4)}Gi\n    requests: 100Mi\n  replicas: 1\nservices:\n")
    parts += [_service(name, stores, chance=chance) for name in names]
    parts += [_store(name, chance) for name in stores]
    parts.append("workflows:\n- name: setup\n  parallelize:\n  - step: data\n    tasks:\n")
    parts += [f"    - services.{name}\n" for name in stores]
    parts.append("  - step: app\n    tasks:\n")
    parts += [f"    - services.{name}\n" for name in names]
    text = "".join(parts)
    return text.replace("has_repo", "has_rep", 1) if number % _WRONG_EVERY == 0 else text


def _service(name: str, stores: list[str], *, chance: Random) -> str:
    port = chance.randint(3000, 9000)
    return (
        f"- name: {name}\n  image: acme/{name}\n  build:\n    context: ./{name}\n  has_repo: true\n  static: false\n"
        f"  depends_on:\n  - {stores[0]}\n  ports:\n  - type: node_port\n    target_port: '{port}'\n    port: '{port}'\n"
        f"  readiness_probe:\n    http_get:\n      path: /health/{name}\n      port: {port}\n"
    )


def _store(name: str, chance: Random) -> str:
    port = chance.randint(3000, 9000)
    return (
        f"- name: {name}\n  image: {name}:{chance.randint(1, 16)}.{chance.randint(0, 9)}\n"
        f"  volumes:\n  - type: persistent\n    name: {name}-data\n    mount_path: /var/lib/{name}\n"
        f"  ports:\n  - type: container_port\n    port: '{port}'\n"
        f"  readiness_probe:\n    exec:\n      command:\n      - {name}-ping\n    period_seconds: {chance.randint(5, 30)}\n"
        f"  storage:\n    size: {chance.randint(1, 20)}Gi\n    type: aws-efs\n"
    )


def _variables(number: int, chance: Random) -> str:
    usual = "".join(
        f"- key: {name}\n  value: {name.lower()} of {number}\n" for name in chance.sample(_NAMES, chance.randint(2, 6))
    )
    own = "".join(f"- key: NAME_{index}\n  value: {chance.randint(0, 10**6)}\n" for index in range(chance.randint(3, 14)))
    return f"defaults:\n{usual}{own}"
