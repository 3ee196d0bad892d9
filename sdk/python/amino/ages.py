"""How old an answer may be. Pure."""

from __future__ import annotations

from amino_wire.pb import client_pb2

from amino.lengths import Length, milliseconds

OUTAGE_AGE = 3600.0
"""Seconds. What a name stood for an hour ago is taken where no object management service answers, unless a program says otherwise: a call
goes to the object of that id and no other, wherever it is now."""


def age_limit(age: Length, outage_age: Length) -> client_pb2.AgeLimit:
    """The limit as it travels.

    Raises:
        ArgumentInvalid: one of them is no length of time.
    """
    return client_pb2.AgeLimit(ms=milliseconds(age, "age"), outage_ms=milliseconds(outage_age, "outage_age"))
