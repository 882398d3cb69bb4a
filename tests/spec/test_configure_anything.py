"""Whatever shape a template has, configuring it ends with problems and never with an exception."""

import json
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import errors_of
from reconciler.spec.configure import Names, configure
from reconciler.spec.key_table import key_table
from reconciler.spec.schema import Format
from reconciler.spec.template import read_template

PATHS: Final = [row.key.replace("[]", "").split(".") for row in key_table(Format.TEMPLATE)]
SECTIONS: Final = sorted({path[0] for path in PATHS})
KEYS: Final = sorted({path[-1] for path in PATHS if len(path) > 1} - {"*"})
TEXTS: Final = [
    "web",
    "1",
    "",
    "true",
    "setup",
    "node_port",
    "persistent",
    "services.web",
    "${env_id}",
    "${domain}",
    "${parameters.x}",
    "!",
    "${",
]

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 70_000), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(TEXTS)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)),
    max_leaves=20,
)
ITEMS = st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), max_size=3)
ENTRIES = st.dictionaries(st.sampled_from([*SECTIONS, "name"]), st.one_of(ITEMS, VALUES), max_size=4)
TEMPLATES = st.dictionaries(st.sampled_from(SECTIONS), st.one_of(ITEMS, VALUES, st.lists(ENTRIES, max_size=2)), max_size=6)


@settings(max_examples=40, deadline=None)
@given(TEMPLATES)
def test_any_template_configures_or_says_why_not(template: dict[str, object]) -> None:
    read, problems = read_template(json.dumps(template).encode(), Origin("template.yaml"))
    assert read is not None

    configuration, more = configure(read, Names(AppName("shop"), "t1abcde", "example.com", {}, ("web", "1")))

    assert (configuration is None) == bool(errors_of((*problems, *more)))
