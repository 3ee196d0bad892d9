"""Audits of accounts after a hard time."""

from __future__ import annotations

from collections.abc import Sequence

import amino
from amino_wire.errors import AminoError

from tests.support.waiting import wait_until


def wait_for_audit(
    client: amino.BlockingClient, names: Sequence[str], total: int, told: Sequence[str], *, known_within: float = 30.0
) -> None:
    """Returns when one transaction has read all accounts, which have that much together, and no transaction is open any more.

    Arguments:
        told: what clients were told meanwhile, for the message.
        known_within: seconds until all objects know how each transaction has ended.
    """

    def audit() -> bool:
        try:
            with client.transaction(timeout=5):
                seen = [client.get(name).balance() for name in names]
        except AminoError:
            return False
        assert sum(seen) == total, (seen, told)
        return True

    wait_until(audit, "an audit", 60)
    wait_until(lambda: not client.transactions(), "that all objects know", known_within)
