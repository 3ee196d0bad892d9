"""Managers that keep replicas of one state in step."""
