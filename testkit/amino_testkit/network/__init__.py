"""Messages between simulated processes; see README.md."""
