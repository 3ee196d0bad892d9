"""The caching family; see README.md."""
