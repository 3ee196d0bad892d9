"""A JVM half's report about calls that wait. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """One chain waits for an object that another chain holds.

    `kernel` is where the waiting call stands, `call_number` its number there.
    """

    waiting_chain: str
    waiting_call: str
    holder_chain: str
    holder_call: str
    kernel: str
    call_number: int
