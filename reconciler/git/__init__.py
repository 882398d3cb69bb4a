"""A repository address becomes a mirror, its refs and its blobs."""
