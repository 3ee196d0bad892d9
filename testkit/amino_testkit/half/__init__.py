"""The played JVM half; see README.md."""
