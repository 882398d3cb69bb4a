"""Desired, live and owned become ordered changes, each with its reason."""
