"""What goes wrong with messages in a simulated network, by chance or at a given step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances for each message, and what happens at a given one.

    Arguments:
        drop_request: chance that a request is lost before it is received. The loss of a lane's frame is the loss of the lane.
        drop_reply: chance that the answer is lost after the work was done.
        silent: the part of the losses that senders notice late, as where a machine vanishes without a word.
        duplicate: chance that a request is received once more, later.
        delay: shortest and longest way of a message, in seconds; messages overtake one another, but not the frames of one lane.
        late: how much later a duplicate may come, in seconds.
        crash_at: the number of the message at which a node ends, counted from 1; 0: never.
        crash_node: which one; `oms`: the service, which starts again after a second.
        crash_back: seconds after which a kernel begins a new life; None: never.
    """

    drop_request: float = 0.0
    drop_reply: float = 0.0
    silent: float = 0.0
    duplicate: float = 0.0
    delay: tuple[float, float] = (0.0005, 0.002)
    late: float = 1.0
    crash_at: int = 0
    crash_node: str = ""
    crash_back: float | None = None


NO_FAULTS = Faults()
