"""The checkpointing family; see README.md."""
