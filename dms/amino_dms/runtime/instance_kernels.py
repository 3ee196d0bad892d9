"""The kernels of all instance managers of a replica, as its chain speaks to them at once."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import ExitStack, contextmanager

from amino_wire.errors import Moved

from amino_dms.runtime.instance_kernel import HostedInstanceKernel


class InstanceKernels:
    """In the order of the chain."""

    def __init__(self) -> None:
        self._kernels: list[HostedInstanceKernel] = []

    def add(self, kernel: HostedInstanceKernel) -> None:
        """One more."""
        self._kernels.append(kernel)

    def close_gates(self, moved: Moved) -> None:
        """Sends back the calls that wait in a gate or are held."""
        for kernel in self._kernels:
            kernel.close_gates(moved)

    def open_gates(self) -> None:
        """Lets callers wait again."""
        for kernel in self._kernels:
            kernel.open_gates()

    def end(self, moved: Moved) -> None:
        """The object is elsewhere."""
        for kernel in self._kernels:
            kernel.close_gates(moved)
            kernel.end()

    def abandon_copies(self) -> None:
        """The copies of the object are gone, or are not its own any more."""
        for kernel in self._kernels:
            kernel.abandoned = True

    def goes_on(self, stay: Collection[str]) -> None:
        """The managers of these names go on here, in the object's next chain."""
        for kernel in self._kernels:
            kernel.goes_on = kernel.manager in stay

    @contextmanager
    def running(self, key: str) -> Generator[None]:
        """Within the block a call of that key runs at the object: gates do not send it back."""
        with ExitStack() as stack:
            for kernel in self._kernels:
                stack.enter_context(kernel.running(key))
            yield
