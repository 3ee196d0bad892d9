"""Suites that deployment managers must pass; see README.md."""
