"""Which addresses of repositories are handed to git, and which are refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.errors import BadValue
from reconciler.spec.folders import Folders
from reconciler.spec.repository_address import Address, repository_address

FOLDERS = Folders(Path("/etc/r"), Path("/home/ada"))


@pytest.mark.parametrize(
    ("text", "ssh"),
    [
        ("https://git.example.com/acme/web.git", False),
        ("https://git.example.com:8443/acme/web", False),
        ("ssh://git@git.example.com:2222/acme/web.git", True),
        ("ssh://git.example.com/acme/web.git", True),
        ("git@git.example.com:acme/web.git", True),
    ],
)
def test_remote_addresses_stay_as_they_are(text: str, ssh: bool) -> None:
    assert repository_address(text, FOLDERS, allow_local=False) == Address(text, ssh=ssh)


@pytest.mark.parametrize(
    "text",
    [
        "-oProxyCommand=x",
        "--upload-pack=x",
        "ext::sh -c id",
        "fd::17",
        "http://git.example.com/a",
        "git://git.example.com/a",
        "ftp://git.example.com/a",
        "HTTPS://git.example.com/a",
        "https://user:secret@git.example.com/a",
        "https://secret@git.example.com/a",
        "ssh://user:secret@git.example.com/a",
        "ssh://-oProxyCommand=x/a",
        "ssh://git@-oProxyCommand=x/a",
        "https://git.example.com",
        "https://git.example.com/-x",
        "git@host:-x",
        "git@-host:x",
        "https://git.example.com/a b",
        "https://git.example.com/a\n",
        " https://git.example.com/a",
        "file:///srv/web.git",
        "/srv/web.git",
        "./web",
        "web",
        "",
    ],
)
def test_every_other_address_is_refused_without_showing_what_may_be_secret(text: str) -> None:
    with pytest.raises(BadValue) as refusal:
        repository_address(text, FOLDERS, allow_local=False)
    assert "secret@" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("file:///srv/web.git", "file:///srv/web.git"),
        ("/srv/web.git", "/srv/web.git"),
        ("./web", "/etc/r/web"),
        ("~/web", "/home/ada/web"),
    ],
)
def test_local_addresses_need_a_word_and_become_absolute(text: str, address: str) -> None:
    assert repository_address(text, FOLDERS, allow_local=True) == Address(address, local=True)


def test_plain_http_is_for_this_machine_alone() -> None:
    assert repository_address("http://127.0.0.1:3000/a", FOLDERS, allow_local=True).text == "http://127.0.0.1:3000/a"
    with pytest.raises(BadValue):
        repository_address("http://git.example.com/a", FOLDERS, allow_local=True)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="-:/@.~ htpsfilegx\n\\[]%?#", max_size=24), st.booleans())
def test_no_address_is_an_option_or_a_remote_helper(text: str, local: bool) -> None:
    try:
        address = repository_address(text, FOLDERS, allow_local=local)
    except BadValue:
        return
    assert not address.text.startswith("-")
    assert "::" not in address.text.split("/", 1)[0]
    assert local or not address.local
