"""Random schedules; see README.md."""
