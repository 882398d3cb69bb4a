"""`ignore_deployment_refs: [main]`: where main is selected for backend, its deployment is aborted."""

APPLICATIONS = {
    "frontend": {
        "branches": ["main", "example", "mainline"],
        "imports": [{"name": "backend", "ignore_deployment_refs": ["main"]}],
    },
    "backend": {"branches": ["main", "mainline"]},
}

PLANS = {
    "frontend@main": ["backend main same_name aborted", "frontend main self"],
    "frontend@example": ["backend main default aborted", "frontend example self"],
    "frontend@mainline": ["backend mainline same_name", "frontend mainline self"],
}
