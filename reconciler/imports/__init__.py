"""An environment and the known world become an import plan, or the reads it still lacks."""
