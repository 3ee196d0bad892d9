"""Simulated time, machines and processes; see README.md."""
