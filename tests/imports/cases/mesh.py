"""The same three repositories, each importing the two others: each environment holds all three, once."""

APPLICATIONS = {
    "repo-a": {"default": "main", "branches": ["main", "feature-1", "feature-2"], "imports": ["repo-b", "repo-c"]},
    "repo-b": {"default": "develop", "branches": ["develop", "feature-2"], "imports": ["repo-c", "repo-a"]},
    "repo-c": {
        "default": "trunk",
        "branches": ["trunk", "bug-1", "bug-2", "feature-1"],
        "tracking_branch": "bug-1",
        "imports": ["repo-a", "repo-b"],
    },
}

PLANS = {
    "repo-a@feature-1": ["repo-b develop default", "repo-c feature-1 same_name", "repo-a feature-1 self"],
    "repo-b@develop": ["repo-c bug-1 tracking", "repo-a main default", "repo-b develop self"],
    "repo-b@feature-2": ["repo-c bug-1 tracking", "repo-a feature-2 same_name", "repo-b feature-2 self"],
    "repo-c@feature-1": ["repo-a feature-1 same_name", "repo-b develop default", "repo-c feature-1 self"],
    "repo-c@bug-2": ["repo-a main default", "repo-b develop default", "repo-c bug-2 self"],
}
