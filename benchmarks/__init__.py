"""Benchmarks of Amino beside what its users would otherwise pick."""
