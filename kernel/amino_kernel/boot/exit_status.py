"""How a kernel process says why it ended."""

from __future__ import annotations

from typing import Final

UNEXPECTED: Final = 1
"""As Python has it: a mistake of ours, whose traceback is on standard error."""
OUT_OF_MEMORY: Final = 3
"""A thread of the JVM half found no memory; a guest that finds none gets an error. 3 is the status that JVMs end with themselves."""
GUEST: Final = 70
"""A guest cannot be ended inside the process, or the JVM half has ended."""
STORE_FAILED: Final = 74
"""As sysexits.h has it (EX_IOERR): the disk of the OMS in this process failed. The next process reads what is on it."""
CONFIGURATION: Final = 78
"""As sysexits.h has it: trying again without a change is of no use, so a supervisor does not, and ends with the error itself."""
