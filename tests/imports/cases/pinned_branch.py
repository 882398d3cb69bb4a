"""Frontend pins backend to `new-branch`: every environment takes it, though a branch of the same name is there."""

APPLICATIONS = {
    "frontend": {
        "branches": ["main", "example"],
        "imports": [{"name": "backend", "branch": "new-branch", "exclude_services": ["redis"]}],
    },
    "backend": {"branches": ["main", "example", "new-branch"], "tracking_branch": "example"},
}

PLANS = {
    "frontend@main": ["backend new-branch pinned", "frontend main self"],
    "frontend@example": ["backend new-branch pinned", "frontend example self"],
}
