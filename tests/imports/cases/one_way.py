"""Frontend imports backend; an environment of backend alone stays alone."""

APPLICATIONS = {
    "frontend": {"imports": ["backend"], "branches": ["main", "example"]},
    "backend": {"branches": ["main", "example", "other"]},
}

PLANS = {
    "frontend@example": ["backend example same_name", "frontend example self"],
    "backend@example": ["backend example self"],
}
