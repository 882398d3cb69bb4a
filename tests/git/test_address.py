"""Only https and ssh addresses are reached, and local ones where the operator says so."""

import pytest

from reconciler.git.address import parse_address
from reconciler.model.errors import Refused


@pytest.mark.parametrize(
    ("text", "protocol", "site"),
    [
        ("https://git.example.com/acme/frontend.git", "https", "https://git.example.com"),
        ("https://git.example.com:8443/acme/frontend.git", "https", "https://git.example.com:8443"),
        ("https://[2001:db8::1]:8443/frontend.git", "https", "https://[2001:db8::1]:8443"),
        ("ssh://git@git.example.com:2222/acme/frontend.git", "ssh", "ssh://git.example.com:2222"),
        ("git@git.example.com:acme/frontend.git", "ssh", "git@git.example.com"),
    ],
)
def test_an_https_or_ssh_address_is_understood(text: str, protocol: str, site: str) -> None:
    address = parse_address(text, allow_local=False)
    assert (address.protocol, address.site, str(address)) == (protocol, site, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "frontend",
        "./frontend",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "fd::17",
        "git://git.example.com/frontend.git",
        "http://git.example.com/frontend.git",
        "ftp://git.example.com/frontend.git",
        "--upload-pack=touch",
        "ssh://-oProxyCommand=touch/x",
        "ssh://-l@host/x",
        "-oProxyCommand=touch:x",
        "git@-host:x",
        "https://host/a b",
        "https://host/a\nb",
        "https://host",
        "https://host/a?b=c",
        "https://host:port/a",
        "https:///a",
    ],
)
@pytest.mark.parametrize("allow_local", [True, False])
def test_any_other_address_is_refused(text: str, allow_local: bool) -> None:
    with pytest.raises(Refused):
        parse_address(text, allow_local=allow_local)


@pytest.mark.parametrize(
    "text", ["/srv/git/frontend", "/home/ada/my work/frontend", "file:///srv/git/frontend", "http://127.0.0.1:8000/frontend.git"]
)
def test_this_machine_is_reached_only_where_the_operator_allows_it(text: str) -> None:
    assert parse_address(text, allow_local=True).text == text
    with pytest.raises(Refused, match=r"allow_local|not allowed"):
        parse_address(text, allow_local=False)


@pytest.mark.parametrize("text", ["https://bot:swordfish@host/a.git", "https://swordfish@host/a.git", "ftp://u:swordfish@host/a"])
def test_an_address_with_a_secret_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_address(text, allow_local=False)
    assert "swordfish" not in str(caught.value)
    assert "host/a" in str(caught.value)


def test_a_mirror_s_folder_can_be_read_by_people_and_is_of_one_address() -> None:
    folder = parse_address("https://git.example.com/acme/Front_End.git", allow_local=False).folder
    assert folder.startswith("acme-front-end-")
    assert folder == parse_address("https://git.example.com/acme/Front_End.git/", allow_local=False).folder
    assert folder != parse_address("https://git.example.org/acme/Front_End.git", allow_local=False).folder
