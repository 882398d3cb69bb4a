"""Frontend and backend import each other: no ABABABAB, each is there once."""

APPLICATIONS = {
    "frontend": {"imports": ["backend"], "branches": ["main", "example"]},
    "backend": {"imports": ["frontend"], "branches": ["main", "example"]},
}

PLANS = {
    "frontend@example": ["backend example same_name", "frontend example self"],
    "backend@main": ["frontend main same_name", "backend main self"],
}
