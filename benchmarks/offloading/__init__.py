"""`python -m benchmarks offloading`: policies of offloading against an oracle, in a simulated world of phone, edge and cloud."""

from benchmarks.offloading.command import main

__all__ = ["main"]
