"""Configurations, import plan and variables become objects; one file per Release concept."""
