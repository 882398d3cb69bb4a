"""What is read before a group is rendered."""

from typing import Any

from reconciler.model.ids import AppName, Commit
from reconciler.model.reason import Reason
from reconciler.model.rendered import FileNeed
from reconciler.model.variables import SecretReference
from reconciler.render.needs import needs

WEB = """
services:
- name: web
  image: nginx
  configmap: [{name: conf, mount_path: /etc/nginx/nginx.conf, repo_path: ./deploy//nginx.conf}]
jobs: [{name: migrate, image: nginx}]
"""
FILE = """
defaults: [{key: A, secret: true}, {key: B, value: plain}]
services:
  web: [{key: C, value: $secrets.vault.team/c}]
  migrate: [{key: D, secret: true}]
  nobody: [{key: E, secret: true}]
"""


def asked(team: Any) -> Any:
    """The needs of a group."""
    return needs(team.resolved(), team.setting())


def test_files_are_read_at_the_members_commit(team: Any) -> None:
    assert asked(team({"shop": WEB})).files == {FileNeed(AppName("shop"), Commit("a" * 40), "deploy/nginx.conf")}


def test_secrets_without_value_and_references_are_looked_up(team: Any) -> None:
    found = asked(team({"shop": WEB}, variables={"shop": FILE})).secrets

    assert [(need.key, need.reference) for need in found] == [
        ("A", SecretReference(None, "A")),
        ("C", SecretReference("vault", "team/c")),
        ("D", SecretReference(None, "D")),
    ]


def test_the_line_that_asks_is_known(team: Any) -> None:
    assert asked(team({"shop": WEB}, variables={"shop": FILE})).secrets[0].place.line == 2


def test_an_aborted_member_needs_nothing(team: Any) -> None:
    shop = {"shop": "services: [{name: api, image: nginx}]"}
    aborted = {"backend": {"aborted": Reason("it matches main")}}
    found = asked(team({"backend": WEB, **shop}, variables={"backend": FILE}, members=aborted))

    assert (found.files, found.secrets) == (frozenset(), ())


def test_needs_come_in_one_order(team: Any) -> None:
    turned = FILE.replace("{key: A, secret: true}, {key: B, value: plain}", "{key: B, value: plain}, {key: A, secret: true}")

    assert asked(team({"shop": WEB}, variables={"shop": FILE})) == asked(team({"shop": WEB}, variables={"shop": turned}))
