"""Requests of a JVM half for an object that calls another one in a call with fixed circumstances (`docs/bridge.md`, section 2)."""

from __future__ import annotations

from amino_dms.api import OutsideCall, refusal
from amino_kernel.halves.call import Call
from amino_kernel.instances.instance_table import InstanceTable
from amino_wire.cursor import Cursor
from amino_wire.errors import ArgumentInvalid
from amino_wire.values import EncodedValue

TARGET = "@outside"
_WORDS = 8


class OutsideRequests:
    """Passes them to the deployment managers of the object that calls, which give all its replicas one answer."""

    def __init__(self, table: InstanceTable) -> None:
        self._table = table

    async def answer(self, call: Call) -> EncodedValue:
        """The answer of the other object.

        Raises:
            NotDeterministic: No manager makes such calls.
            AminoError: What the call came to.
        """
        cursor = Cursor(call.args.data)
        if cursor.array() != _WORDS:
            raise ArgumentInvalid(f"{TARGET} takes {_WORDS} words: see docs/bridge.md, section 2.")
        instance, time_ns, seed, number, target, method = (cursor.item() for _ in range(6))
        words = (target, method, cursor.raw().data, cursor.raw().data)
        asked = OutsideCall(time_ns, seed, number, *words, call.options.chain, call.options.transaction_id)
        local = self._table.get(instance)
        if local is None or local.managers is None:
            raise refusal()
        return await local.managers.calls_out(asked)
