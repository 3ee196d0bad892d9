"""The scheduler at work: choices by object, member and size for the path of calls, a policy beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from amino_oms.offloading.calls import Call, Measurement, Request, size_class
from amino_oms.offloading.hosts import View
from amino_oms.offloading.policy import Decision, Policy

Key = tuple[str, str, int, str]
REMEMBERED = 4096
"""Choices that are kept at once; a program with more kinds of calls asks the policy again."""


def key_of(call: Call, client: str) -> Key:
    """Calls with the same key have the same choice. A class, member and size of another object may be elsewhere, so the object is named."""
    return call.object_id, call.member, size_class(call.argument_bytes), client


class Scheduler:
    """Keeps the choices of a policy.

    `choice` is the path of calls, a look into a table; all else runs beside it. A choice stands until measurements come in, a host
    comes or goes, or an object moves.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._choices: dict[Key, Decision] = {}
        self._waiting: list[Measurement] = []

    def choice(self, call: Call, client: str) -> Decision | None:
        """The choice for a call, None where the policy was not asked for such a call yet."""
        return self._choices.get((call.object_id, call.member, size_class(call.argument_bytes), client))

    def note(self, measurement: Measurement) -> None:
        """Keeps a measurement until the next `learn`."""
        self._waiting.append(measurement)

    def learn(self, view: View) -> None:
        """Gives the policy what was measured, and forgets the choices that were made without it."""
        measured, self._waiting = self._waiting, []
        self._policy.learn(measured, view)
        self._choices.clear()

    def forget(self) -> None:
        """Choices are made anew: an object has moved, or a host has come or gone."""
        self._choices.clear()

    def decide(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """The choice for a request, from the table or from the policy. Runs on further hosts are for one request, not for all until the
        next `learn`."""
        key = key_of(request.calls[0], request.client)
        known = self._choices.get(key)
        # Calls of the same kind may make other calls inside: a choice that lacks one of their objects is none.
        if known is None or not all(name in known.places for name in request.objects):
            if len(self._choices) >= REMEMBERED:
                self._choices.clear()
            known = self._policy.choose(request, places, view)
            self._choices[key] = replace(known, also=()) if known.also else known
        return known
