"""The network between simulated processes: how long a message takes, and whether it arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import Enum
from random import Random

from amino_testkit.network.faults import NO_FAULTS, Faults
from amino_testkit.world.process import Process
from amino_testkit.world.scheduler import Scheduler

LOST_AFTER = 0.2
"""Seconds until a sender notices that a message was lost."""
SILENT_SECONDS = 15.0
"""The same where nothing says so: until nobody has answered the pings of a gRPC channel (`amino_oms.service.kernel_connections`)."""

Act = Callable[[], None]
Lost = Callable[[str], None]


def _nothing() -> None:
    """Does nothing."""


class Loss(Enum):
    """What becomes of a message."""

    NONE = "arrives"
    NOTICED = "lost, and its sender notices"
    SILENT = "lost, and its sender notices much later"


class Network:
    """Carries messages. Every message counts as a step. Acts happen outside of all processes.

    Arguments:
        scheduler: true time.
        random: source of all chance.
        on_step: told the number of each step before it happens.
        exempt: names of places whose messages are never lost or doubled.
    """

    def __init__(self, scheduler: Scheduler, random: Random, on_step: Callable[[int], None], exempt: frozenset[str] = frozenset()) -> None:
        self.faults: Faults = NO_FAULTS
        self.steps = 0
        self.sent: Counter[tuple[str, str]] = Counter()
        """How many messages went from one place to another."""
        self.scheduler = scheduler
        self._random = random
        self._on_step = on_step
        self._exempt = exempt
        self._cuts: dict[tuple[str, str], bool] = {}

    def cut(self, sender: str, receiver: str, *, one_way: bool = False, silent: bool = False) -> None:
        """From now on nothing comes through from one place to another, and back unless `one_way`. `silent`: senders notice late."""
        self._cuts[sender, receiver] = silent
        if not one_way:
            self._cuts[receiver, sender] = silent

    def mend(self, sender: str = "", receiver: str = "") -> None:
        """Ends a cut in both directions; without names, all cuts."""
        if not sender:
            self._cuts.clear()
        self._cuts.pop((sender, receiver), None)
        self._cuts.pop((receiver, sender), None)

    def send(
        self,
        sender: Process,
        receiver: str,
        arrive: Act,
        lost: Lost,
        *,
        is_reply: bool = False,
        not_before: float = 0.0,
        silenced: Act = _nothing,
    ) -> float:
        """Sends a message.

        Arguments:
            sender: which process.
            receiver: the name of the place where it goes.
            arrive: what happens when it arrives.
            lost: what happens when the sender notices that it was lost.
            is_reply: it is an answer.
            not_before: the moment of true time before which it cannot arrive.
            silenced: called at once when it was lost and its sender will notice late.

        Returns:
            when it arrives, if it does.
        """
        if self.scheduler.over or not sender.alive:
            return not_before
        self.steps += 1
        self.sent[sender.name, receiver] += 1
        self._on_step(self.steps)
        if not sender.alive:
            return not_before
        fate, why = self._fate(sender.name, receiver, self.faults.drop_reply if is_reply else self.faults.drop_request)
        arrival = max(not_before, self.scheduler.now + self._random.uniform(*self.faults.delay))
        if fate is Loss.NONE:
            self.scheduler.at(arrival, arrive)
        elif fate is Loss.NOTICED:
            self.scheduler.after(LOST_AFTER, lambda: lost(why))
        else:
            silenced()
            self.scheduler.after(SILENT_SECONDS, lambda: lost(why))
        return arrival

    def doubled(self, sender: str, receiver: str, arrive: Act) -> None:
        """Lets a request that was sent arrive once more, by chance."""
        if self._random.random() < self.faults.duplicate and not {sender, receiver} & self._exempt:
            self.scheduler.after(self._random.uniform(*self.faults.delay) + self._random.uniform(0, self.faults.late), arrive)

    def soon(self, act: Act) -> None:
        """Something that the other end notices by itself, such as the end of a process."""
        self.scheduler.after(self._random.uniform(*self.faults.delay), act)

    def _fate(self, sender: str, receiver: str, chance: float) -> tuple[Loss, str]:
        if (sender, receiver) in self._cuts:
            silent = self._cuts[sender, receiver]
            return (Loss.SILENT if silent else Loss.NOTICED), f"{sender} and {receiver} cannot reach one another"
        if {sender, receiver} & self._exempt or self._random.random() >= chance:
            return Loss.NONE, ""
        silent = self._random.random() < self.faults.silent
        return (Loss.SILENT if silent else Loss.NOTICED), f"a message from {sender} to {receiver} was lost"
