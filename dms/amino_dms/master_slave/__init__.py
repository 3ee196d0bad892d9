"""One master and its slaves; see README.md."""
