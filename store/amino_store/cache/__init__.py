"""Copies of a store in memory."""
