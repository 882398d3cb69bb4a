"""A directory of manifests as a target: one folder a namespace, one file an object (docs/target-directory.md)."""
