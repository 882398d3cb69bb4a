"""`**` as a whole segment crosses slashes, `*` does not."""

APPLICATIONS = {
    "deep": {
        "branches": ["releases/10", "releases/10/20"],
        "imports": [{"name": "b", "ignore_deployment_refs": ["releases/**"]}],
    },
    "flat": {"branches": ["releases/10", "releases/10/20"], "imports": [{"name": "b", "ignore_deployment_refs": ["releases/*"]}]},
    "b": {"branches": ["main", "releases/10", "releases/10/20"]},
}

PLANS = {
    "deep@releases/10": ["b releases/10 same_name aborted", "deep releases/10 self"],
    "deep@releases/10/20": ["b releases/10/20 same_name aborted", "deep releases/10/20 self"],
    "flat@releases/10": ["b releases/10 same_name aborted", "flat releases/10 self"],
    "flat@releases/10/20": ["b releases/10/20 same_name", "flat releases/10/20 self"],
}
