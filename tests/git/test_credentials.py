"""Credentials reach the repository's host and nobody else: no other host, no argument, no file, no message."""

import base64
import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from git import Repo

from reconciler.git.address import parse_address
from reconciler.git.credentials import access_to, redacted
from reconciler.git.mirrors import Mirrors
from reconciler.model.errors import Refused
from reconciler.model.ids import AppName, Commit, branch_ref
from reconciler.model.place import Origin, whole_file
from reconciler.model.settings import Credentials

PLACE = whole_file(Origin("config.yaml"))
APP = AppName("frontend")
PASSWORD = "sword fish/%$`'\"\\"
BASIC = "Basic " + base64.b64encode(f"bot:{PASSWORD}".encode()).decode()


class GitServer(ThreadingHTTPServer):
    """`git http-backend` behind a password, on the loopback interface; with `elsewhere` it only redirects."""

    daemon_threads = True

    def __init__(self, root: Path, *, elsewhere: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.root = root
        self.elsewhere = elsewhere
        self.authorizations: list[str | None] = []
        self.command_lines: list[bytes] = []

    @property
    def address(self) -> str:
        """Where the repositories are."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: GitServer

    def do_GET(self) -> None:
        """Answer one request, writing down who asks and what runs meanwhile."""
        self.server.authorizations.append(self.headers.get("Authorization"))
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                self.server.command_lines.append(path.read_bytes())
        if self.server.elsewhere:
            self._say(301, Location=self.server.elsewhere + self.path)
        elif self.headers.get("Authorization") != BASIC:
            self._say(401, **{"WWW-Authenticate": 'Basic realm="git"'})
        else:
            self._serve()

    def do_POST(self) -> None:
        """As `GET`."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        environment = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "CONTENT_LENGTH": self.headers.get("Content-Length", "0"),
        }
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=True).stdout
        head, _, content = answer.partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(lines.pop("Status", "200 OK").split()[0])
        self._say(status, **{**lines, "Content-Length": str(len(content))})
        self.wfile.write(content)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., GitServer]]:
    """Servers over the repositories of the test."""
    running: list[GitServer] = []

    def build(*, elsewhere: str = "") -> GitServer:
        server = GitServer(tmp_path / "origins", elsewhere=elsewhere)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        return server

    yield build
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def head(make: Callable[[str], Repo], commit: Callable[[Repo, Mapping[str, str | bytes]], Commit]) -> Commit:
    """The head of `frontend`, which the servers serve."""
    return commit(make("frontend"), {"a": "1"})


@pytest.fixture
def bot(tmp_path: Path) -> Credentials:
    """A user whose password lies in a file."""
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return Credentials(place=PLACE, username="bot", password_file=file)


def test_a_password_opens_a_repository_over_http(
    head: Commit, bot: Credentials, *, serve: Callable[..., GitServer], mirrors_of: Callable[..., Mirrors], tmp_path: Path
) -> None:
    server = serve()
    mirrors = mirrors_of({"frontend": f"{server.address}/frontend/.git"}, credentials=bot)
    assert mirrors.list(APP).refs == {branch_ref("main"): head}
    assert mirrors.files(APP, head, paths=["a"]) == {"a": b"1"}
    assert BASIC in server.authorizations
    secrets = (PASSWORD.encode(), BASIC.removeprefix("Basic ").encode())
    written = [path.read_bytes() for path in (tmp_path / "mirrors").rglob("*") if path.is_file()]
    assert written
    assert any(b"ls-remote" in line for line in server.command_lines)
    assert not [text for text in (*server.command_lines, *written) if any(secret in text for secret in secrets)]


def test_a_password_may_come_from_a_variable(
    head: Commit, *, serve: Callable[..., GitServer], mirrors_of: Callable[..., Mirrors]
) -> None:
    os.environ["FRONTEND_PASSWORD"] = PASSWORD
    credentials = Credentials(place=PLACE, username="bot", password_env="FRONTEND_PASSWORD")
    mirrors = mirrors_of({"frontend": f"{serve().address}/frontend/.git"}, credentials=credentials)
    assert mirrors.list(APP).refs == {branch_ref("main"): head}


@pytest.mark.parametrize("known", [True, False])
def test_wrong_or_no_credentials_are_refused_without_showing_them(
    known: bool, serve: Callable[..., GitServer], *, mirrors_of: Callable[..., Mirrors], tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("swordfish")
    credentials = Credentials(place=PLACE, username="bot", password_file=tmp_path / "password") if known else None
    with pytest.raises(Refused, match="did not accept the credentials") as caught:
        mirrors_of({"frontend": f"{serve().address}/frontend/.git"}, credentials=credentials).list(APP)
    assert "swordfish" not in str(caught.value)


def test_a_repository_that_is_not_there_is_refused(
    bot: Credentials, serve: Callable[..., GitServer], *, mirrors_of: Callable[..., Mirrors]
) -> None:
    with pytest.raises(Refused, match="there is no repository"):
        mirrors_of({"frontend": f"{serve().address}/nothing/.git"}, credentials=bot).list(APP)


def test_a_redirect_is_not_followed_and_the_other_host_learns_nothing(
    bot: Credentials, serve: Callable[..., GitServer], *, head: Commit, mirrors_of: Callable[..., Mirrors]
) -> None:
    thief = serve()
    honest = serve(elsewhere=thief.address)
    with pytest.raises(Refused, match="redirects are not followed"):
        mirrors_of({"frontend": f"{honest.address}/frontend/.git"}, credentials=bot).list(APP)
    assert thief.authorizations == []
    assert head


def test_credentials_are_bound_to_scheme_host_and_port(bot: Credentials) -> None:
    address = parse_address("https://git.example.com:8443/acme/frontend.git", allow_local=False)
    access = access_to(address, bot)
    assert [setting.partition("=")[0] for setting in access.settings] == ["credential.https://git.example.com:8443.helper"]
    assert PASSWORD not in repr(access)


def test_every_form_of_a_secret_is_masked(bot: Credentials) -> None:
    access = access_to(parse_address("https://git.example.com/a.git", allow_local=False), bot)
    for form in (PASSWORD, "sword%20fish%2F%25%24%60%27%22%5C", BASIC.removeprefix("Basic ")):
        assert redacted(f"said {form} aloud", access) == "said *** aloud"


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read: No such file"), (b"", "does not hold a password"), (b"a\nb", "of one line"), (b"\xff", "not UTF-8")],
)
def test_a_password_file_that_is_no_password_is_refused_by_its_path(content: bytes | None, words: str, *, tmp_path: Path) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    address = parse_address("https://git.example.com/a.git", allow_local=False)
    with pytest.raises(Refused, match=words) as caught:
        access_to(address, Credentials(place=PLACE, username="bot", password_file=file))
    assert str(file) in str(caught.value)


def test_a_user_without_password_is_refused() -> None:
    address = parse_address("https://git.example.com/a.git", allow_local=False)
    with pytest.raises(Refused, match="hold no password"):
        access_to(address, Credentials(place=PLACE, username="bot"))


@pytest.fixture
def shell_of_another_machine(tmp_path: Path) -> Path:
    """A program `ssh` that writes down its words and runs what it was asked to run on this machine."""
    folder = tmp_path / "programs"
    folder.mkdir()
    script = folder / "ssh"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {folder}/words\nfor last; do :; done\nexec sh -c "$last"\n')
    script.chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    return folder / "words"


def test_an_ssh_key_is_used_with_known_hosts_and_without_questions(
    head: Commit, shell_of_another_machine: Path, *, mirrors_of: Callable[..., Mirrors], tmp_path: Path
) -> None:
    key, hosts = tmp_path / "a key 100%", tmp_path / "known hosts"
    key.touch()
    hosts.touch()
    credentials = Credentials(place=PLACE, ssh_key_file=key, known_hosts_file=hosts)
    mirrors = mirrors_of({"frontend": f"ssh://git@git.example.com{tmp_path}/origins/frontend"}, credentials=credentials)
    assert mirrors.list(APP).refs == {branch_ref("main"): head}
    words = shell_of_another_machine.read_text().splitlines()
    assert {"-oBatchMode=yes", "-oStrictHostKeyChecking=yes", "-oIdentitiesOnly=yes", "git@git.example.com"} <= set(words)
    assert f'-oIdentityFile="{tmp_path}/a key 100%%"' in words
    assert f'-oUserKnownHostsFile="{tmp_path}/known hosts"' in words


def test_an_ssh_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    address = parse_address("git@git.example.com:acme/frontend.git", allow_local=False)
    with pytest.raises(Refused, match=f"ssh key {tmp_path}/key is not there"):
        access_to(address, Credentials(place=PLACE, ssh_key_file=tmp_path / "key"))
