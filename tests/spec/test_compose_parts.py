"""Parts of Compose files: interpolation, variables' files, ports, commands, health checks, amounts, credentials, merge keys."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reconciler.model.place import Origin
from reconciler.spec.compose_command import command_of
from reconciler.spec.compose_credentials import is_credential
from reconciler.spec.compose_env_file import read_env_file
from reconciler.spec.compose_health import readiness_of
from reconciler.spec.compose_interpolate import substitute, substitute_all
from reconciler.spec.compose_ports import ports_of
from reconciler.spec.compose_project import Project
from reconciler.spec.compose_resources import memory_quantity
from reconciler.spec.compose_source import read_compose
from reconciler.spec.findings import Findings
from reconciler.spec.node import MappingNode, plain

Service = Callable[[str], tuple[MappingNode, Project]]


@pytest.fixture
def service() -> Service:
    """A service from YAML with its variables put in, and the project that it stands in."""

    def make(text: str, values: Mapping[str, str] | None = None) -> tuple[MappingNode, Project]:
        findings = Findings()
        project = Project("", lambda _: None, Origin, values or {}, findings)
        root = read_compose(text.encode(), Origin("compose.yaml")).root
        assert root is not None
        node = substitute_all(root, project.values, findings=findings)
        assert isinstance(node, MappingNode)
        return node, project

    return make


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "plain"),
        ("$A-${A}", "1-1"),
        ("$$A $${A}", "$A ${A}"),
        ("${NO:-x} ${NO-x} ${EMPTY:-x} ${EMPTY-x}", "x x x "),
        ("${A:+y} ${EMPTY:+y} ${EMPTY+y} ${NO+y}", "y  y "),
        ("${NO:-${ALSO_NO:-deep $A}}", "deep 1"),
        ("${A:?needed}", "1"),
        ("${NO:-http://x:80/{a}", "http://x:80/{a"),
        ("${open", "${open"),
        ("${}", "${}"),
        ("${1A}", "${1A}"),
        ("cost 5$ and $1", "cost 5$ and $1"),
        ("${NO:-a:b-c?d+e}", "a:b-c?d+e"),
    ],
)
def test_variables_are_put_in_as_compose_does(text: str, wanted: str) -> None:
    assert substitute(text, {"A": "1", "EMPTY": ""}).text == wanted


def test_variables_without_a_value_are_empty_and_named_once() -> None:
    done = substitute("a${X}b${X}c$Y${Z:?say it}", {})
    assert (done.text, done.missing) == ("abc", ("X", "Y", "Z"))


def test_nothing_a_text_holds_makes_interpolation_slow() -> None:
    for text in ("${" * 30_000, "${A:-" * 10_000 + "}" * 10_000, "$" * 60_000, "${A" * 20_000 + "}" * 20_000):
        substitute(text, {})


def test_a_credential_stays_a_name_wherever_its_value_would_stand() -> None:
    values = {"DB_PASSWORD": "hunter2", "API_TOKEN": ""}
    assert "hunter2" not in substitute("x $DB_PASSWORD ${DB_PASSWORD:-y}", values).text
    assert "fallback" not in substitute("${DB_PASSWD:-fallback}", {}).text
    assert substitute("[$API_TOKEN]", values).text == "[]"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD", "postgres"),
        ("MYSQL_ROOT_PASSWORD", "x"),
        ("SECRET_KEY_BASE", "x"),
        ("APP_KEY", "base64:abc"),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("SENTRY_DSN", "https://a@b/1"),
        ("DATABASE_URL", "postgres://app:pw@db/app"),
        ("AMQP", "amqp://:guest@mq"),
        ("ANY", "-----BEGIN RSA PRIVATE KEY-----"),
        ("ANY", "Server=db;Password=abc;Database=x"),
        ("ANY", "ghp_012345678901234567890123456789012345"),
        ("ANY", "ghp_01234567890123456789"),
        ("ANY", "sk_test_0123456789"),
        ("ANY", f"SG.{'a' * 22}.{'b' * 43}"),
    ],
)
def test_credentials_are_known_by_name_or_value(name: str, value: str) -> None:
    assert is_credential(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD_FILE", "/run/secrets/pw"),
        ("PASSWORD_MIN_LENGTH", "8"),
        ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
        ("API_TOKEN", ""),
        ("TOKEN_TTL", "60"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live_x"),
        ("JWT_PUBLIC_KEY", "x"),
        ("KEYCLOAK_URL", "http://keycloak:8080"),
        ("MONKEY", "banana"),
        ("COMPASS", "north"),
        ("PWD", "/srv"),
        ("BROKER_URL", "redis://:@redis:6379/0"),
        ("DATABASE_URL", "postgres://db:5432/app"),
        ("MAIL", "a:b@c"),
    ],
)
def test_other_variables_are_no_credentials(name: str, value: str) -> None:
    assert not is_credential(name, value)


ENV_FILE = b"""\xef\xbb\xbf# comment
A=1
export B = two  # behind
C='single $A # kept'
D="double $A \\"q\\" \\n \\$A"
E="over
two lines"
F=
G
H: yaml
I=${A}${B}
no variable here
J='open
K=1
"""


def test_a_file_of_variables_is_read_as_compose_reads_it() -> None:
    lines, wrong = read_env_file(ENV_FILE, {"A": "0"})
    assert {line.key: line.value for line in lines} == {
        "A": "1",
        "B": "two",
        "C": "single $A # kept",
        "D": 'double 1 "q" \n $A',
        "E": "over\ntwo lines",
        "F": "",
        "G": None,
        "H": "yaml",
        "I": "1two",
        "J": "'open",
        "K": "1",
    }
    assert wrong == (12,)
    assert [line.line for line in lines if line.key in {"A", "E", "F"}] == [2, 6, 8]


def test_a_binary_file_of_variables_harms_nobody() -> None:
    lines, wrong = read_env_file(bytes(range(256)) * 20, {})
    assert (lines, bool(wrong)) == ((), True)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('["80"]', [("node_port", 80, 80)]),
        ("[8080:80]", [("node_port", 8080, 80), ("container_port", 80, None)]),
        ('["0.0.0.0:443:8443/tcp"]', [("node_port", 443, 8443), ("container_port", 8443, None)]),
        ('["127.0.0.1:5432:5432"]', [("container_port", 5432, None)]),
        ('["127.0.0.1::5000"]', [("container_port", 5000, None)]),
        ('["[::1]:6000:6000"]', [("container_port", 6000, None)]),
        ("[{target: 80, published: 8080}]", [("node_port", 8080, 80), ("container_port", 80, None)]),
        ("[{target: 80, host_ip: 127.0.0.1}]", [("container_port", 80, None)]),
        ('["80:80", "8080:80"]', [("node_port", 80, 80), ("node_port", 8080, 80)]),
        ('["53:53/udp", "3000-3005", "9:9-10"]', []),
        ("null", []),
    ],
)
def test_ports_become_those_of_a_template(service: Service, written: str, wanted: list[Any]) -> None:
    node, project = service(f"ports: {written}")
    assert [(port["type"], port["port"], port.get("target_port")) for port in ports_of(node, project)] == wanted
    assert not project.findings.fatal


@pytest.mark.parametrize("written", ["a:b", "80:80:80:80", "0", "65536", "1.2.3:80:80", "-80", "80/", ":", "{published: 80}"])
def test_a_port_that_is_none_is_told(service: Service, written: str) -> None:
    node, project = service(f"ports: [{written if written[0] == '{' else repr(written)}]")
    assert ports_of(node, project) == []
    assert [problem.code for problem in project.findings.problems] == ["R862"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("command: npm run 'a b'", {"args": ["npm", "run", "a b"]}),
        ("command: [npm, run]\nentrypoint: /init --x", {"command": ["/init", "--x"], "args": ["npm", "run"]}),
        ("entrypoint: ''\ncommand: sleep 1", {"command": ["sleep", "1"]}),
        ("entrypoint: []\ncommand: [sleep]", {"command": ["sleep"]}),
        ("entrypoint:\ncommand:", {}),
        ("command: echo $$HOME", {"args": ["echo", "$HOME"]}),
        ("command: run --pw=${DB_PASSWORD}", {"args": ["run", "--pw=$(DB_PASSWORD)"]}),
    ],
)
def test_commands_are_those_of_kubernetes(service: Service, written: str, wanted: dict[str, Any]) -> None:
    node, project = service(written)
    assert command_of(node, project) == wanted
    assert project.findings.problems == ()


HTTP = {
    "curl -f http://localhost:3000/health || exit 1": ("/health", 3000),
    "curl --fail --silent http://127.0.0.1 || false": ("/", 80),
    "/usr/bin/curl -sSf -o /dev/null localhost:8080/a?b=c": ("/a?b=c", 8080),
    "curl -fsS --max-time 5 'http://0.0.0.0:80/'": ("/", 80),
    "wget --no-verbose --tries=1 --spider http://localhost:9/x || exit 1": ("/x", 9),
    "wget -qO- http://localhost/ping": ("/ping", 80),
}
COMMANDS = [
    "curl -f https://localhost/ || exit 1",
    "curl -f -H 'Host: x' http://localhost/",
    "curl -f http://db:5432/",
    "curl -f http://localhost/ | grep ok",
    "curl -f http://localhost/ && curl -f http://localhost/b",
    "curl -f http://localhost:$$PORT/",
    "curl -f http://localhost:99999/",
    "curl -X POST http://localhost/",
    "pg_isready -U postgres",
    "echo 'open",
]


@pytest.mark.parametrize("line", HTTP)
def test_a_plain_request_to_the_own_machine_is_one_of_kubernetes(service: Service, line: str) -> None:
    node, project = service(f"healthcheck: {{test: {line!r}}}".replace("\\'", "''"))
    path, port = HTTP[line]
    probe = readiness_of(node, project, lost=())["readiness_probe"]
    assert isinstance(probe, dict)
    assert probe["http_get"] == {"path": path, "port": port}


@pytest.mark.parametrize("line", COMMANDS)
def test_any_other_check_stays_a_command(service: Service, line: str) -> None:
    node, project = service("healthcheck:\n  test: >-\n    " + line)
    probe = readiness_of(node, project, lost=())["readiness_probe"]
    assert isinstance(probe, dict)
    assert probe["exec"] == {"command": ["sh", "-c", line.replace("$$", "$")]}


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("{test: [CMD, ping, 'a b']}", {"command": ["ping", "a b"]}),
        ("{test: [CMD, ping, '-p${PASSWORD}', 'a b']}", {"command": ["sh", "-c", "ping -p\"${PASSWORD}\" 'a b'"]}),
        ("{test: [CMD-SHELL, 'ping -p$PASSWORD']}", {"command": ["sh", "-c", "ping -p${PASSWORD}"]}),
    ],
)
def test_the_forms_of_a_check(service: Service, written: str, wanted: object) -> None:
    node, project = service(f"healthcheck: {written}")
    probe = readiness_of(node, project, lost=())["readiness_probe"]
    assert isinstance(probe, dict)
    assert probe["exec"] == wanted
    assert (probe["period_seconds"], probe["timeout_seconds"], probe["failure_threshold"]) == (30, 30, 3)


@pytest.mark.parametrize(("written", "wanted"), [("0s", 30), ("1500ms", 2), ("1m30s", 90), ("1h", 3600), ("10us", 1)])
def test_times_are_whole_seconds(service: Service, written: str, wanted: int) -> None:
    node, project = service(f"healthcheck: {{test: x, interval: {written}}}")
    probe = readiness_of(node, project, lost=())["readiness_probe"]
    assert isinstance(probe, dict)
    assert probe["period_seconds"] == wanted


def test_a_check_that_runs_a_file_of_the_machine_is_left_out(service: Service) -> None:
    node, project = service("healthcheck: {test: /checks/redis.sh}")
    assert readiness_of(node, project, lost=("/checks",)) == {}
    assert [problem.code for problem in project.findings.problems] == ["R851"]


@pytest.mark.parametrize("written", ["{disable: true}", "{test: [NONE]}", "{test: NONE, disable: 'true'}", "null", "{}"])
def test_a_check_that_is_switched_off_is_none(service: Service, written: str) -> None:
    node, project = service(f"healthcheck: {written}")
    assert readiness_of(node, project, lost=()) == {}


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("512m", "512Mi"), ("1g", "1Gi"), ("1GB", "1Gi"), ("1.5g", "1.5Gi"), ("300kb", "300Ki"), ("1024", "1024"), ("10b", "10")],
)
def test_amounts_count_in_powers_of_1024(written: str, wanted: str) -> None:
    assert memory_quantity(written) == wanted


def test_merge_keys_give_way_to_own_keys_and_to_earlier_ones() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2, <<: *a}\nc:\n  <<: [*b, *a]\n  z: 3\nd: {<<: {q: *b}}\n"
    reading = read_compose(text.encode(), Origin("compose.yaml"))
    assert reading.root is not None
    whole: Any = plain(reading.root)
    assert reading.problems == ()
    assert whole["c"] == {"x": 1, "y": 2, "z": 3}
    assert whole["d"] == {"q": {"x": 1, "y": 2, "z": 2}}


def test_tags_and_keys_like_numbers_are_taken_as_they_are() -> None:
    reading = read_compose(b"%YAML 1.1\n---\na: !reset []\n80: !!str 1\nnull: x\n", Origin("compose.yaml"))
    assert reading.problems == ()
    assert reading.root is not None
    assert plain(reading.root) == {"a": [], "80": "1", "null": "x"}
