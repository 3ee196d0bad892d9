"""Which requests come to an object, and how often, so that a place is judged by all of them."""

from __future__ import annotations

from collections.abc import Callable

from amino_oms.offloading.calls import Request
from amino_oms.offloading.choices import Key, key_of

FADING = 0.95
"""The rest of a weight after a further request to the same object."""
LEAST = 0.02
MOST = 8
"""So many kinds of requests per object are looked at."""


class Mix:
    """The requests of each object by kind, with weights that fade."""

    def __init__(self) -> None:
        self._requests: dict[str, dict[Key, Request]] = {}
        self._weights: dict[str, dict[Key, float]] = {}

    def remember(self, request: Request) -> None:
        """The newest request of its kind."""
        name = request.calls[0].object_id
        key = key_of(request.calls[0], request.client)
        self._requests.setdefault(name, {})[key] = request
        self._weights.setdefault(name, {}).setdefault(key, 1 - FADING)

    def count(self, key: Key) -> None:
        """A request of a kind has run."""
        weights = self._weights.get(key[0])
        if weights is None or key not in weights:
            return
        for each in weights:
            weights[each] *= FADING
        weights[key] += 1 - FADING
        for each in [each for each, weight in weights.items() if weight < LEAST * (1 - FADING)]:
            del weights[each]
            del self._requests[key[0]][each]

    def mean(self, request: Request, cost: Callable[[Request], float]) -> float:
        """The mean cost of the requests to the objects of `request`, by weight; those to further objects do not count."""
        name = request.calls[0].object_id
        weights = self._weights.get(name, {})
        total = weighed = 0.0
        for key in sorted(weights, key=weights.__getitem__, reverse=True)[:MOST]:
            usual = self._requests[name][key]
            if usual.objects == request.objects:
                weighed += weights[key] * cost(usual)
                total += weights[key]
        return weighed / total if total else cost(request)
