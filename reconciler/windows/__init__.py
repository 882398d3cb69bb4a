"""Declared windows, overrides and an instant become a state, its reason and its next change."""
