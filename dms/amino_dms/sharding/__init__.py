"""Managers that divide an object."""
