"""Transactions over several objects, as state machines; see README.md."""
