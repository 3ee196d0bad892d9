"""Coordinators of deployment managers: where they run, and what they keep."""
