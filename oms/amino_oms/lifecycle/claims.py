"""Which kernels are being given a replica of which object right now."""

from __future__ import annotations

from collections.abc import Collection


class Claims:
    """At most one instance of an object is made on one kernel at a time: an attempt that fails drops what it has made there, and must not
    drop what another attempt has made in its place meanwhile.

    A claim is never waited for: making an instance may run deployment managers that ask for further replicas.
    """

    def __init__(self) -> None:
        self._kernels: dict[str, set[str]] = {}

    def take(self, object_id: str, kernel_id: str) -> bool:
        """Claims the place; False where it is claimed already."""
        taken = self._kernels.setdefault(object_id, set())
        if kernel_id in taken:
            return False
        taken.add(kernel_id)
        return True

    def release(self, object_id: str, kernel_id: str) -> None:
        """Gives the place free."""
        taken = self._kernels[object_id]
        taken.remove(kernel_id)
        if not taken:
            del self._kernels[object_id]

    def of(self, object_id: str) -> Collection[str]:
        """The kernels that are claimed for an object."""
        return self._kernels.get(object_id, frozenset())
