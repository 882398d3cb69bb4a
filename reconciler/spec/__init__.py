"""Bytes of the files people write become values with line and column, or all their problems."""
