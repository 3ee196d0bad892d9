"""Seeded models of links: Wi-Fi, LTE, loss, outages.

Where the parameters come from:
- LTE: Huang et al., "A Close Examination of Performance and Power Characteristics of 4G LTE Networks" (MobiSys 2012): medians of
  12.74 Mbit/s down, 5.64 Mbit/s up, round trip about 70 ms; its Table 4: 438 mW per Mbit/s sent and 1288 mW besides for LTE, 283 and
  133 for Wi-Fi. At those rates a megabyte sent takes 3.5 + 1.8 = 5.3 J over LTE, and 2.3 + 0.05 = 2.4 J over Wi-Fi.
- Wi-Fi: 25 Mbit/s and 5 ms to the access point are ours, of the size that measurements of homes and offices give.
- Loss: bursts after Gilbert (1960) and Elliott (1963); a lost packet waits for TCP's least retransmission timeout of Linux, 200 ms.
- Round trips beyond the access network are ours: 30 ms to the next region of a cloud, 2 ms to the edge.
Rates vary by an autoregressive process of the logarithm; its spread (0.12 for Wi-Fi, 0.3 for LTE) and its 20 s of memory are ours.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

MEGABIT = 125_000.0
RETRANSMISSION = 0.2


@dataclass(frozen=True, slots=True)
class Access:
    """The link between a phone and the network.

    Arguments:
        round_trip: seconds to the network's first host.
        bandwidth: bytes a second, their median.
        spread: standard deviation of the rate's logarithm.
        jitter: standard deviation of the round trip's logarithm.
        good_to_bad, bad_to_good: probabilities per request that a burst of loss begins and ends.
        loss: the probability that a call in a burst loses a packet.
        joules: of the phone, for a megabyte.
    """

    round_trip: float
    bandwidth: float
    spread: float
    jitter: float
    good_to_bad: float = 0.0
    bad_to_good: float = 1.0
    loss: float = 0.0
    joules: float = 2.4


WIFI = Access(0.005, 25 * MEGABIT, 0.12, 0.1)
LTE = Access(0.07, 5.64 * MEGABIT, 0.3, 0.15, joules=5.3)
LOSSY = Access(0.005, 25 * MEGABIT, 0.2, 0.15, 0.03, 0.15, 0.4)
ACCESSES = (WIFI, LTE, LOSSY)
MEMORY_SECONDS = 20.0


class Trace:
    """What an access link does over time: a rate, round trips, losses."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._level = chance.gauss(0.0, 1.0)
        self._at = 0.0
        self._bad = False

    def at(self, now: float, access: Access) -> tuple[float, float, float]:
        """Bytes a second, the round trip of this request, and the round trip without jitter and loss."""
        kept = math.exp(-(now - self._at) / MEMORY_SECONDS)
        self._at = now
        self._level = kept * self._level + math.sqrt(1 - kept * kept) * self._chance.gauss(0.0, 1.0)
        flips = access.bad_to_good if self._bad else access.good_to_bad
        if self._chance.random() < flips:
            self._bad = not self._bad
        round_trip = access.round_trip * math.exp(access.jitter * self._chance.gauss(0.0, 1.0))
        lost = self._chance.random()
        if self._bad and lost < access.loss:
            round_trip += RETRANSMISSION
        return access.bandwidth * math.exp(access.spread * self._level), round_trip, access.round_trip


def outages(chance: random.Random, end: float, between: float, lasting: float) -> list[tuple[float, float]]:
    """Times at which a link or host is away until `end`: exponential, with these means in seconds, none in the first minute."""
    found: list[tuple[float, float]] = []
    at = 60.0 + chance.expovariate(1 / between)
    while at < end:
        until = at + 5.0 + chance.expovariate(1 / lasting)
        found.append((at, until))
        at = until + chance.expovariate(1 / between)
    return found
