"""Commands that come as calls to `@kernel`: whose they may be, how they are formed, and what their errors say."""

from __future__ import annotations

from typing import Any, cast

import pytest
from amino_kernel.calls.guest_requests import GuestRequests
from amino_kernel.halves.call import Call
from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, Moved, ObjectNotFound, PermissionDenied
from amino_wire.frames import CallOptions
from amino_wire.lane_requests import TARGET
from amino_wire.protocol import Outcome
from amino_wire.values import EncodedValue, decode, encode

NOBODY = cast("Any", None)


class Commands:
    """Answers with what it was given, or raises."""

    def __init__(self, error: AminoError | None = None) -> None:
        self.error = error

    async def run(self, *given: Any) -> Any:
        if self.error is not None:
            raise self.error
        return list(given)


async def asked(commands: Commands, words: list[Any], client: str = "c1") -> Any:
    requests = GuestRequests(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, cast("Any", commands), NOBODY)
    call = Call(TARGET, "command", EncodedValue(encode(words)), 1e9, CallOptions(client_id=client))
    return decode((await requests.answer(call)).data)


async def test_a_command_is_run_with_its_arguments() -> None:
    assert await asked(Commands(), ["id", "push", [1, {"a": 2}], {"wait": True}, ""]) == ["id", "push", [1, {"a": 2}], {"wait": True}, ""]


async def test_objects_give_no_commands() -> None:
    with pytest.raises(PermissionDenied, match="is for clients, not for objects"):
        await asked(Commands(), ["id", "push", [], {}, ""], client="")


@pytest.mark.parametrize(
    "words", [[], ["id"], ["id", "push", {}, {}, ""], ["id", "push", [], {1: 2}, ""], ["id", "push", [], {}, "", 1]], ids=str
)
async def test_a_command_that_is_formed_otherwise_is_refused(words: list[Any]) -> None:
    with pytest.raises(ArgumentInvalid, match="A command takes"):
        await asked(Commands(), words)


@pytest.mark.parametrize(
    "met", [Moved("its copy is elsewhere"), KernelUnavailable("a peer is away", outcome=Outcome.NOT_RUN)], ids=lambda met: met.code
)
async def test_a_command_that_met_something_that_did_not_run_may_have_run_itself(met: AminoError) -> None:
    with pytest.raises(type(met)) as raised:
        await asked(Commands(met), ["id", "push", [], {}, ""])
    assert raised.value.outcome is Outcome.UNKNOWN, "a client would send it once more"


async def test_other_errors_are_passed_on_as_they_are() -> None:
    with pytest.raises(ObjectNotFound) as raised:
        await asked(Commands(ObjectNotFound("there is none")), ["id", "push", [], {}, ""])
    assert raised.value.outcome is ObjectNotFound("there is none").outcome
