"""Keeps environments running from git."""
