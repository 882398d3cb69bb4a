"""A plan and writing ports become a run."""
