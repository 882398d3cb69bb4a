"""Guards for every test: no home of the user's, no git configuration of the machine, UTC only where a test says otherwise."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"

_GIT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


@pytest.fixture(autouse=True)
def guards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty home and fixed git settings, put back afterwards."""
    before = dict(os.environ)
    os.environ.update(_GIT, HOME=str(tmp_path_factory.mktemp("home")))
    for name in [name for name in os.environ if name.startswith("RECONCILER_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real files of strangers, beside the checkout."""
    if not CORPUS.is_dir():
        pytest.skip(f"the corpus of real files is not at {CORPUS}")
    return CORPUS
