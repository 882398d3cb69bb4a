"""Values that look like credentials: every form is found, however the file writes it, and words are let be."""

import pytest

from reconciler.model.place import Origin
from reconciler.spec.credentials import credentials
from reconciler.spec.reader import read

FORMS = [
    "-----BEGIN RSA PRIVATE KEY-----",
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    *(f"gh{kind}_{'a1' * 18}" for kind in "oprsu"),
    f"github_pat_{'a1' * 20}",
    f"glpat-{'a1' * 10}",
    *(f"xox{kind}-1234567890-abcdefgh" for kind in "abeprs"),
    "sk" + "_live_0123456789abcdef",
    "rk" + "_live_0123456789abcdef",
    "AIza" + "a1" * 17 + "b",
    "npm_" + "a1" * 18,
    "pypi-AgEI" + "a1" * 16,
    f"SG.{'a' * 22}.{'b' * 43}",
    f"eyJ{'a' * 8}.eyJ{'b' * 8}.{'c' * 16}",
]
NAMES = [
    *("PASSWORD", "db_passwd", "PASSPHRASE", "API_TOKEN", "Secret", "APIKEY", "API_KEY2", "ACCESS_KEY", "SECRET_KEY"),
    *("PRIVATE_KEY", "ENCRYPTION_KEY", "SIGNING_KEY", "MASTER_KEY", "SECRET_KEY_BASE", "paßword"),
]
RANDOM = "q8Zr4TnW1xKc7VbL"


def doubted(text: str) -> list[int]:
    """The lines of a file that hold what looks like a credential."""
    source = text.encode()
    root = read(source, Origin("variables.yaml")).root
    assert root is not None
    return [problem.place.line for problem in credentials(root, source)]


@pytest.mark.parametrize("value", FORMS)
def test_a_value_of_a_known_form_is_doubted(value: str) -> None:
    assert doubted(f"- key: COLOUR\n  value: {value}\n") == [2]


@pytest.mark.parametrize("name", NAMES)
def test_a_random_value_is_doubted_under_the_name_of_a_credential(name: str) -> None:
    assert doubted(f"- key: {name}\n  value: {RANDOM}\n") == [2]


def test_a_form_that_escapes_hide_is_doubted() -> None:
    assert doubted('- value: "\\x41KIAIOSFODNN7EXAMPLE"\n') == [1]


def test_a_key_that_the_file_folds_over_two_lines_is_doubted() -> None:
    assert doubted("- value: -----BEGIN PRIVATE\n    KEY-----\n") == [1]


def test_random_values_under_other_names_and_words_under_such_names_are_let_be() -> None:
    assert doubted(f"- {{key: COLOUR, value: {RANDOM}}}\n- {{key: PASSWORD, value: change-me-please-now}}\n") == []
