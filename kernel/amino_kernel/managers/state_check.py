"""Whether a chain can do with an object whose state may not be capturable."""

from __future__ import annotations

from amino_dms.chain import Chain, ObjectFacts, check
from amino_wire.errors import StateNotCapturable

from amino_kernel.managers.object_hosts import KernelInstanceHost


async def check_state(chain: Chain, host: KernelInstanceHost) -> None:
    """Captures the state once if a manager will need it: better refused now than when the object moves.

    Raises:
        ChainInvalid: A manager needs the object's state and it cannot be captured.
    """
    if chain.needs_state():
        try:
            await host.copy()
        except StateNotCapturable as error:
            check(chain, ObjectFacts.not_capturable(error))
