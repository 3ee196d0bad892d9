"""Many instances of one artifact, made by their constructors in one batch across the bridge."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.instances.instance import Happening
from amino_kernel.instances.lifecycle import Lifecycle
from amino_kernel.instances.local_instance import LocalInstance
from amino_wire.errors import AminoError
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue
from amino_wire.whole import whole_array, whole_map

EMPTY_ARRAY = b"\x90"
EMPTY_MAP = b"\x80"

Failures = Mapping[int, AminoError]
"""Why instances have not been made, by their places."""
Made = tuple[common_pb2.Interface, Failures]


def arguments_of(record: common_pb2.ObjectRecord) -> tuple[EncodedValue, EncodedValue]:
    """What an object's constructor is called with."""
    return whole_array(record.spec.constructor_args or EMPTY_ARRAY), whole_map(record.spec.constructor_kwargs or EMPTY_MAP)


async def construct(lifecycle: Lifecycle, begun: Sequence[LocalInstance], options: Sequence[Mapping[str, Any]], *, each: bool) -> Failures:
    """Runs the constructors of instances that have begun, all of one artifact and in one JVM half: all are made or none.

    Args:
        lifecycle: Is told what becomes of each.
        begun: The instances.
        options: Of each.
        each: Those whose constructors raise are not made, and all others are.

    Raises:
        AminoError: Without `each`, the first error there is.
    """
    if not begun:
        return {}
    constructions = [(local.id, *arguments_of(local.record)) for local in begun]
    making = begun[0].runtime.bridge.create_many(artifact_key(begun[0].record.spec.artifact), constructions, options)
    outcomes = await asyncio.gather(*making, return_exceptions=True)
    failures = {number: outcome for number, outcome in enumerate(outcomes) if isinstance(outcome, BaseException)}
    known = {number: error for number, error in failures.items() if isinstance(error, AminoError)}
    apart = each and len(known) == len(failures)
    for number, local in enumerate(begun):
        fails = number in failures if apart else bool(failures)
        await lifecycle.happen(local, Happening.DESTROY if fails else Happening.MADE)
    if failures and not apart:
        raise next(iter(failures.values()))
    return known
