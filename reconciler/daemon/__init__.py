"""Passes again and again: ticks, hints, queue, workers, signals."""
