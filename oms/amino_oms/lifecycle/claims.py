"""Which kernels are being given which instance right now."""

from __future__ import annotations

from collections.abc import Collection


class Claims:
    """At most one attempt at a time makes an instance on a kernel: an attempt that fails drops what it has made there, and must not
    drop what another attempt has made in its place meanwhile.

    A claim is never waited for: making an instance may run deployment managers that ask for further replicas.
    """

    def __init__(self) -> None:
        self._kernels: dict[str, set[str]] = {}

    def take(self, instance: str, kernel_id: str) -> bool:
        """Claims the place; False where it is claimed already."""
        taken = self._kernels.setdefault(instance, set())
        if kernel_id in taken:
            return False
        taken.add(kernel_id)
        return True

    def release(self, instance: str, kernel_id: str) -> None:
        """Gives the place free."""
        taken = self._kernels[instance]
        taken.remove(kernel_id)
        if not taken:
            del self._kernels[instance]

    def taken(self, instance: str, kernel_id: str) -> bool:
        """Whether an instance is being made on a kernel."""
        return kernel_id in self._kernels.get(instance, ())

    def of(self, instance: str) -> Collection[str]:
        """The kernels that are claimed for an instance."""
        return self._kernels.get(instance, frozenset())
