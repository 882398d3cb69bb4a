"""`gitops.immutable_keys`: a push does not overwrite what an environment has."""

from typing import Any

VARIABLES = """\
defaults:
- {key: COLOR, value: %s}
- {key: TASTE, value: %s}
gitops:
  immutable_keys: [COLOR]
"""


def test_a_push_does_not_overwrite_an_immutable_key(village: Any) -> None:
    notifier = village.repository("notifier")
    notifier.commit({".release/environment_variables.yaml": VARIABLES % ("green", "sweet")}, branch="stable")
    village.run("sync")
    notifier.commit({".release/environment_variables.yaml": VARIABLES % ("red", "bitter")}, branch="stable")
    assert village.run("sync").code == 0
    (mailer,) = (
        text.decode()
        for name, text in village.manifests().items()
        if name.endswith("deployment-mailer.yaml") and b"bitter" in text
    )
    assert "green" in mailer
    assert "red" not in mailer
