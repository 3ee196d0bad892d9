"""The replicated state of an object: each call of the log runs once, in order, whatever the kernel says meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest
from amino_dms.api import FixedCall, InstanceKernel, Invocation
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import Calls, LoggedCall
from amino_dms.replication.machine import CallFailed, Machine
from amino_dms.replication.outcomes import Outcomes
from amino_dms.replication.outside_calls import OutsideCalls
from amino_dms.rpc.sessions import OUTCOMES
from amino_wire.errors import AminoError, DeadlineExceeded, GuestException, Moved
from amino_wire.protocol import Header
from amino_wire.values import DEFAULT, EncodedValue, decode, encode

KEEP_NS = 600 * 10**9
TOO_LONG = 999


class NoWait:
    """A clock of which no time is waited for."""

    def now(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0


class PlayedKernel:
    """As far as a machine asks it."""

    object_id = title = "o"
    clock = NoWait()

    def __init__(self, *, in_order: bool) -> None:
        self.in_order = in_order
        self.ran: list[tuple[int, int]] = []
        self.refuses: list[int] = []
        """Numbers of calls that are refused once, without having run."""

    def time_ns(self) -> int:
        return 5

    async def next(self, call: Invocation) -> Any:
        return self._run(call.args[0], cast("list[int]", call.headers[Header.FIXED])[0])

    async def run_in_order(self, calls: Sequence[FixedCall]) -> list[EncodedValue | AminoError]:
        return [self._outcome(call) for call in calls]

    def _outcome(self, call: FixedCall) -> EncodedValue | AminoError:
        try:
            return value(self._run(DEFAULT.decode_array(call.args)[0], call.fixed[0]))
        except AminoError as error:
            return error

    def _run(self, number: int, time_ns: int) -> int:
        if number in self.refuses:
            self.refuses.remove(number)
            raise Moved("its kernel is fenced")
        self.ran.append((number, time_ns))
        if number == TOO_LONG:
            raise DeadlineExceeded("it took too long")
        if number < 0:
            raise GuestException("no", type="ValueError")
        return number * 10


def value(plain: Any) -> EncodedValue:
    return EncodedValue(encode(plain))


def machine(kernel: PlayedKernel) -> Machine:
    return Machine(cast("InstanceKernel", kernel), KEEP_NS)


def entry(time_ns: int, *numbers: int) -> Calls:
    calls = [LoggedCall("s", abs(number), 0, 1, "put", DEFAULT.encode_array((number,))) for number in numbers]
    return Calls(1, time_ns, tuple(calls))


async def run(made: Machine, kernel: PlayedKernel, calls: Calls) -> dict[int, Ending]:
    endings = dict[int, Ending]()

    def ended(call: LoggedCall, ending: Ending) -> None:
        endings[call.number] = ending

    await made.run(calls, kernel.next, ended)
    return endings


@pytest.mark.parametrize("in_order", [True, False])
async def test_calls_run_once_and_in_order(in_order: bool) -> None:
    kernel = PlayedKernel(in_order=in_order)
    made = machine(kernel)
    first = await run(made, kernel, entry(100, 1, -2, 3, 1))
    assert [number for number, _ in kernel.ran] == [1, -2, 3]
    assert (decode(first[1].value.data), decode(first[3].value.data)) == (10, 30)
    assert isinstance(first[2].error, GuestException)
    again = await run(made, kernel, entry(200, 3, -2, 4))
    assert [number for number, _ in kernel.ran] == [1, -2, 3, 4]
    assert again[3] == first[3] and isinstance(again[2].error, GuestException)


@pytest.mark.parametrize("in_order", [True, False])
async def test_calls_that_could_not_begin_run_afterwards(in_order: bool) -> None:
    kernel = PlayedKernel(in_order=in_order)
    kernel.refuses = [2, 3, 3]
    assert len(await run(machine(kernel), kernel, entry(100, 1, 2, 3))) == 3
    assert [number for number, _ in kernel.ran] == [1, 2, 3]


async def test_a_call_that_was_passed_over_ends_the_replica_and_nothing_runs_twice() -> None:
    kernel = PlayedKernel(in_order=True)
    kernel.refuses = [2]
    made = machine(kernel)
    with pytest.raises(AminoError, match="could not run before calls that come after it"):
        await run(made, kernel, entry(100, 1, 2, 3))
    await run(made, kernel, entry(100, 1, 3))
    assert [number for number, _ in kernel.ran] == [1, 3]


async def test_time_never_goes_back() -> None:
    kernel = PlayedKernel(in_order=True)
    made = machine(kernel)
    for calls in (entry(100, 1), entry(50, 2), entry(120, 3)):
        await run(made, kernel, calls)
    assert [time_ns for _, time_ns in kernel.ran] == [100, 100, 120]
    assert made.next_time_ns() == 121


@pytest.mark.parametrize("in_order", [True, False])
async def test_nobody_hears_of_calls_that_ran_after_one_that_failed(in_order: bool) -> None:
    """They ran on a state that is of no use. Where calls may be skipped, the one that failed is named."""
    kernel = PlayedKernel(in_order=in_order)
    made = machine(kernel)
    endings = dict[int, Ending]()
    for error in (DeadlineExceeded, CallFailed):
        with pytest.raises(error):
            await made.run(entry(100, 1, TOO_LONG, 3), kernel.next, lambda call, ending: endings.__setitem__(call.number, ending))
        assert list(endings) == [1]
        made.outside = OutsideCalls(cast("InstanceKernel", kernel), 1.0)
    assert made.skips == {}
    made.skips[(7, "s", TOO_LONG)] = Ending(None, DeadlineExceeded("skipped"))
    await made.run(entry(100, 1, TOO_LONG, 3), kernel.next, lambda call, ending: endings.__setitem__(call.number, ending), 7)
    assert sorted(endings) == [1, 3, TOO_LONG] and endings[TOO_LONG].error is not None


async def test_a_leader_that_has_given_times_ahead_runs_an_entry_with_its_own() -> None:
    """Its followers know nothing of entries that come later."""
    kernel = PlayedKernel(in_order=True)
    made = machine(kernel)
    first, second = made.next_time_ns(), made.next_time_ns()
    assert second > first
    for calls in (entry(first, 1), entry(second, 2)):
        await run(made, kernel, calls)
    assert [time_ns for _, time_ns in kernel.ran] == [first, second]
    assert made.next_time_ns() > second


def test_a_leader_whose_clock_is_ahead_makes_nobody_forgotten() -> None:
    outcomes = Outcomes(KEEP_NS)
    call = LoggedCall("s", 1, 0, 1, "put")
    assert outcomes.known(call, 100) is None
    outcomes.note(call, Ending(value(7)))
    assert outcomes.known(LoggedCall("other", 1, 0, 1, "put"), 100 + 3600 * 10**9) is None
    assert outcomes.known(call, 100 + 3601 * 10**9) == Ending(value(7))


def test_outcomes_of_a_client_that_lets_none_go_are_bounded() -> None:
    outcomes = Outcomes(KEEP_NS)
    for number in range(1, OUTCOMES + 100):
        call = LoggedCall("s", number, 0, 1, "put")
        assert outcomes.known(call, number) is None
        outcomes.note(call, Ending(value(number)))
    assert outcomes.known(LoggedCall("s", OUTCOMES, 0, 1, "put"), 0) == Ending(value(OUTCOMES))
    first = outcomes.known(LoggedCall("s", 1, 0, 1, "put"), 0)
    assert first is not None and first.error is not None, "it does not run again"
    other = Outcomes(KEEP_NS)
    other.take_over(outcomes.to_value())
    assert other.to_value() == outcomes.to_value()
