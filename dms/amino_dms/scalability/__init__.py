"""The scalability family; see README.md."""
