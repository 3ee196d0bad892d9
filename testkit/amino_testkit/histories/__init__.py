"""Histories and their judges; see README.md."""
