"""The serializability family; see README.md."""
