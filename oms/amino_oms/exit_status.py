"""How a process of the service says why it ended."""

from __future__ import annotations

from typing import Final

STORE_FAILED: Final = 74
"""As sysexits.h has it (EX_IOERR): the disk failed. A supervisor starts the process again, which reads what is really stored."""
