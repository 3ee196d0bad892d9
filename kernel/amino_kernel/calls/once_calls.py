"""Calls of replicated objects to other objects: each has a name for good, by which the other object's managers know it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from amino_dms.api import Trait
from amino_dms.chain import Chain
from amino_kernel.halves.call import Call
from amino_wire.errors import ChainInvalid, KernelUnavailable, Outcome, PermissionDenied
from amino_wire.lane_requests import TARGET
from amino_wire.pb import common_pb2
from amino_wire.records import title_of
from amino_wire.values import EncodedValue

_QUESTIONS = ("get", "get_or_create")
"""The kernel may be asked these any number of times, with one answer."""


class OnceCalls:
    """Makes such calls.

    Args:
        record: The record of an object, by its id.
        chain_of: The chain of a record.
        route: Runs a call, through all proxies of its object.
        kernel: Answers questions to the kernel.
        held: Whether the kernel's lease lasts: after its end another kernel may long have made the call.
    """

    def __init__(
        self,
        record: Callable[[str], Awaitable[common_pb2.ObjectRecord]],
        chain_of: Callable[[common_pb2.ObjectRecord], Chain],
        route: Callable[[Call], Awaitable[EncodedValue]],
        kernel: Callable[[Call], Awaitable[EncodedValue]],
        held: Callable[[], bool],
    ) -> None:
        self._record, self._chain_of, self._route, self._kernel, self._held = record, chain_of, route, kernel, held

    async def run(self, call: Call) -> EncodedValue:
        """Runs a call that may have been sent before, from here or from elsewhere.

        Raises:
            ChainInvalid: Nobody at the other object would know it again.
            AminoError: What it came to.
        """
        if not self._held():
            raise KernelUnavailable(f"The kernel's lease ended before {call.method} of {call.target} was called.", outcome=Outcome.NOT_RUN)
        if call.target == TARGET:
            if call.method not in _QUESTIONS:
                raise PermissionDenied(f"A replicated object may ask the kernel for {' and '.join(_QUESTIONS)}, not for {call.method}.")
            return await self._kernel(_plain(call))
        record = await self._record(call.target)
        if any(member.name == call.method and member.read_only for member in record.interface.members):
            return await self._route(_plain(call))
        traits = {trait for manager in self._chain_of(record).managers for trait in manager.declares.traits}
        if Trait.DEDUPLICATES not in traits:
            raise ChainInvalid(
                f"A replicated object cannot call {call.method} of {title_of(record)}: after a change of its leader the call might"
                " run twice. Attach AtMostOnceRPC to that object, or declare the member to read.",
                outcome=Outcome.NOT_RUN,
            )
        return await self._route(call)


def _plain(call: Call) -> Call:
    return Call(call.target, call.method, call.args, call.deadline, replace(call.options, headers={}))
