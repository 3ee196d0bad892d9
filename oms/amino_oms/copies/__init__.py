"""Backups of the store, and moves to another one."""
