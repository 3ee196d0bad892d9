"""The coordinator of transactions over several objects; see README.md."""
