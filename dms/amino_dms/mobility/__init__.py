"""The mobility family; see README.md."""
