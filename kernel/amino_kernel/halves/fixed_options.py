"""The options of calls whose time and chance are fixed, as they travel. Pure."""

from __future__ import annotations

from typing import Any, Final

from amino_dms.api import FixedCall
from amino_wire.frames import FLAG_MANAGERS_DONE, FLAG_MOVED, FLAG_PROXIES_DONE
from amino_wire.protocol import Header, Option
from amino_wire.values import EncodedValue

LONG_BUDGET_MS: Final = 1_000_000_000
"""For calls whose time the JVM half measures, as that in which they run."""
_FIXED_FLAGS: Final = FLAG_MOVED | FLAG_PROXIES_DONE | FLAG_MANAGERS_DONE


def options_of(call: FixedCall) -> dict[int, Any]:
    """The options of such a call, plain, by ascending keys."""
    plain: dict[int, Any] = {}
    if call.kwargs:
        plain[Option.KWARGS] = EncodedValue(call.kwargs)
    plain[Option.BUDGET] = LONG_BUDGET_MS
    if call.request_id:
        plain[Option.REQUEST_ID] = call.request_id
    if call.chain:
        plain[Option.CHAIN] = call.chain
    plain[Option.HEADERS] = {Header.FIXED: call.fixed}
    plain[Option.FLAGS] = _FIXED_FLAGS
    if call.client_id:
        plain[Option.CLIENT] = call.client_id
    return plain
