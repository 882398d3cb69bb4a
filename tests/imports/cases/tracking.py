"""The imported template tracks: a branch before a tag, both after the same name and before the default branch."""

APPLICATIONS = {
    "frontend": {"branches": ["topic", "both"], "imports": ["by-branch", "by-tag", "by-both", "by-none"]},
    "by-branch": {"branches": ["main", "stable"], "tracking_branch": "stable"},
    "by-tag": {"branches": ["main", "both"], "tags": ["v1.2"], "tracking_tag": "v1.2"},
    "by-both": {"branches": ["main", "stable"], "tags": ["v9"], "tracking_branch": "stable", "tracking_tag": "v9"},
    "by-none": {"default": "trunk", "branches": ["trunk", "main"], "tags": ["topic"]},
}

PLANS = {
    "frontend@topic": [
        "by-branch stable tracking",
        "by-tag v1.2 tracking",
        "by-both stable tracking",
        "by-none trunk default",
        "frontend topic self",
    ],
    "frontend@both": [
        "by-branch stable tracking",
        "by-tag both same_name",
        "by-both stable tracking",
        "by-none trunk default",
        "frontend both self",
    ],
}
