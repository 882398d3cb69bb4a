"""Measurements, printed as ratios of things run side by side."""
