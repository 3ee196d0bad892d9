"""Published code that runs as objects."""
