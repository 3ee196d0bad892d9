"""The store of one machine: SQLite in WAL mode."""
