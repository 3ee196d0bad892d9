"""The pipe to the program that has started this kernel: one value each way, then silence until it ends."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, cast

from amino_wire.errors import AminoError, FrameInvalid, to_payload
from amino_wire.values import decode, encode

LENGTH_BYTES = 4
LARGEST = 1 << 20
GRACE_SECONDS = 5.0


class Attachment:
    """A program at the other end of two file descriptors. Values are framed as on the direct lane (`docs/wire.md`, section 2)."""

    def __init__(self, input_fd: int, output_fd: int) -> None:
        self._input = input_fd
        self._output = output_fd

    def order(self) -> dict[str, Any]:
        """Reads what the program wants: the kernel's settings by name.

        Raises:
            FrameInvalid: There is no order.
        """
        length = int.from_bytes(self._read(LENGTH_BYTES), "little")
        if not 0 < length <= LARGEST:
            raise FrameInvalid(f"An order of {length} bytes; this process is started by a Java program (Amino.start), not by hand.")
        order: Any = decode(self._read(length))
        if not isinstance(order, dict):
            raise FrameInvalid("An order is a map of settings.")
        return cast("dict[str, Any]", order)

    def ready(self, kernel_id: str, address: str) -> None:
        """Tells where the kernel is."""
        self._tell({"kernel": kernel_id, "address": address})

    def failed(self, error: AminoError) -> None:
        """Tells why there is no kernel."""
        self._tell(to_payload(error))

    def when_left(self, end: Callable[[], object]) -> None:
        """Calls `end`, on a thread of its own, when the program has ended, however it did. This process ends a little later in any case."""
        threading.Thread(target=self._wait, args=(end,), name="amino-attachment", daemon=True).start()

    def _wait(self, end: Callable[[], object]) -> None:
        while os.read(self._input, 4096):
            pass
        end()
        # Leaving the OMS may take as long as the OMS likes, and nobody is left to wait for it.
        time.sleep(GRACE_SECONDS)
        os._exit(0)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = os.read(self._input, size - len(data))
            if not part:
                raise FrameInvalid("The order ended before it was complete; this process is started by a Java program (Amino.start).")
            data += part
        return data

    def _tell(self, value: Any) -> None:
        data = encode(value)
        message = len(data).to_bytes(LENGTH_BYTES, "little") + data
        try:
            while message:
                message = message[os.write(self._output, message) :]
        except BrokenPipeError:
            # The program has ended; `when_left` notices too.
            return
