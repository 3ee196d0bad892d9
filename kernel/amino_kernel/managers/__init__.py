"""Deployment managers of a kernel."""

from amino_kernel.managers.managed_chains import ManagedChains

__all__ = ["ManagedChains"]
