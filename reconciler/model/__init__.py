"""The nouns: frozen values, identifiers, errors, value types with their grammar, and the ports."""
