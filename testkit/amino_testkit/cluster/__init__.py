"""Clusters in simulated time; see README.md."""
