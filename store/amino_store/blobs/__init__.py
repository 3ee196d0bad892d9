"""Bytes by the hash of their content: what is too large for a value of the store."""
