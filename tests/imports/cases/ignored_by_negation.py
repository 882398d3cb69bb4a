"""`ignore_deployment_refs: ["!main", "releases/**"]`: aborted for anything other than main, or like releases/10/20."""

_IGNORING = {"name": "backend", "ignore_deployment_refs": ["!main", "releases/**"]}

APPLICATIONS = {
    "frontend": {"branches": ["main", "example", "topic", "releases/10/20"], "imports": [_IGNORING]},
    "backend": {"branches": ["main", "example", "releases/10/20"]},
}

PLANS = {
    "frontend@main": ["backend main same_name", "frontend main self"],
    "frontend@topic": ["backend main default", "frontend topic self"],
    "frontend@example": ["backend example same_name aborted", "frontend example self"],
    "frontend@releases/10/20": ["backend releases/10/20 same_name aborted", "frontend releases/10/20 self"],
}
