"""A cluster as a target; imported only where one is configured, because its client is slow to load."""
