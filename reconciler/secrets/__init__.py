"""A secret reference becomes a secret value."""
