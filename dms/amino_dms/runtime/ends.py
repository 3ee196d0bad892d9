"""The two ends of the way of a call: the outermost part, and the object behind the innermost one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amino_wire.errors import InternalError
from amino_wire.frames import Invocation
from amino_wire.values import EncodedValue

from amino_dms.api import LOOK, SYNC, TOUCH, InstanceManager, OutsideCall, State, is_internal, refusal
from amino_dms.runtime.hosts import InstanceHost


async def calls_out(parts: Sequence[InstanceManager[Any]], call: OutsideCall) -> EncodedValue:
    """Has the outermost part that makes such calls make this one; raises what it came to. `parts`: the innermost first."""
    base: type[Any] = InstanceManager
    for part in reversed(parts):
        if type(part).calls_out is not base.calls_out:
            answer: EncodedValue = await part.calls_out(call)
            return answer
    raise refusal()


async def at_the_object(host: InstanceHost, call: Invocation, title: str) -> Any:
    """Runs a call that all parts have let through, and raises what it raises. `title`: the object's, for errors."""
    if not is_internal(call.method):
        return await host.invoke(call)
    if call.method == SYNC:
        return await host.sync(State(call.args[0]))
    if call.method in (TOUCH, LOOK):
        return None
    raise InternalError(f"no deployment manager of {title} took the call {call.method}; its own must")
