"""What may go wrong in a simulated cluster, by chance or at a given step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances for each message, and what happens at a given one.

    Arguments:
        drop_request: chance that a request is lost before it is received.
        drop_reply: chance that the answer is lost after the work was done.
        duplicate: chance that a request is received once more, later.
        delay: shortest and longest way of a message, in seconds; messages overtake one another.
        late: how much later a duplicate may come, in seconds.
        crash_at: the number of the message at which a node ends, counted from 1; 0: never.
        crash_node: which one.
    """

    drop_request: float = 0.0
    drop_reply: float = 0.0
    duplicate: float = 0.0
    delay: tuple[float, float] = (0.0005, 0.002)
    late: float = 1.0
    crash_at: int = 0
    crash_node: str = ""


NO_FAULTS = Faults()
