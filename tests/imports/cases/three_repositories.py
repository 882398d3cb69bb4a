"""The matching branches heuristic with RepoA, RepoB and RepoC; A imports both others."""

APPLICATIONS = {
    "repo-a": {"default": "main", "branches": ["main", "feature-1", "feature-2"], "imports": ["repo-b", "repo-c"]},
    "repo-b": {"default": "develop", "branches": ["develop", "feature-2"]},
    "repo-c": {
        "default": "trunk",
        "branches": ["trunk", "bug-1", "bug-2", "feature-1"],
        "tracking_branch": "bug-1",
    },
}

PLANS = {
    "repo-a@main": ["repo-b develop default", "repo-c bug-1 tracking", "repo-a main self"],
    "repo-a@feature-1": ["repo-b develop default", "repo-c feature-1 same_name", "repo-a feature-1 self"],
    "repo-a@feature-2": ["repo-b feature-2 same_name", "repo-c bug-1 tracking", "repo-a feature-2 self"],
    "repo-b@develop": ["repo-b develop self"],
    "repo-c@feature-1": ["repo-c feature-1 self"],
}
