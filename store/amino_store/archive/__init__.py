"""The content of a store as a file."""
