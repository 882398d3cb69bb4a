"""A imports B and B imports C: A and B, B and C, C alone; never all three."""

APPLICATIONS = {
    "a": {"imports": ["b"]},
    "b": {"imports": ["c"]},
    "c": {},
}

PLANS = {
    "a@main": ["b main same_name", "a main self"],
    "b@main": ["c main same_name", "b main self"],
    "c@main": ["c main self"],
}
