"""Objects go to, and come from, a target."""
