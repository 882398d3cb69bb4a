"""Frontend imports backend and admin: `feature/new` where there is one, the default branch elsewhere."""

APPLICATIONS = {
    "frontend": {"branches": ["main", "feature/new", "feature/old"], "imports": ["backend", "admin"]},
    "backend": {"branches": ["main", "feature/new"]},
    "admin": {"default": "master", "branches": ["master", "feature/old", "new"]},
}

PLANS = {
    "frontend@feature/new": ["backend feature/new same_name", "admin master default", "frontend feature/new self"],
    "frontend@feature/old": ["backend main default", "admin feature/old same_name", "frontend feature/old self"],
    "frontend@main": ["backend main same_name", "admin master default", "frontend main self"],
}
