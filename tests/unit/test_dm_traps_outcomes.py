"""Traps: an error is taken for "the call did not run", or for "it ran"."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from amino_dms.api import DeploymentManager, InstanceManager, Invocation, Next, NoConfig, did_not_run
from amino_dms.chain import Chain, Registry
from amino_dms.runtime import InstanceChain
from amino_testkit import SimulatedCluster
from amino_wire.errors import (
    AminoError,
    Cancelled,
    DeadlineExceeded,
    GuestException,
    InternalError,
    KernelUnavailable,
    Moved,
    ObjectLost,
    OmsUnavailable,
    Outcome,
    Unavailable,
)

from tests.support.simulated import error_of, run

CUT = frozenset(("client", "a"))


class Relay:
    """An object that counts, then calls another one."""

    amino: Any = None
    read_only = ("counted",)

    def __init__(self) -> None:
        self.count = 0

    async def forward(self, target: str) -> Any:
        """Counts and calls."""
        self.count += 1
        return await self.amino.call(target, "get", "x")

    async def nap(self) -> None:
        """Counts and never answers."""
        self.count += 1
        await asyncio.Event().wait()

    def counted(self) -> int:
        """How often."""
        return self.count


class FailingManager(InstanceManager[NoConfig]):
    """Stands for a manager of a third party that fails, before or after the call."""

    errors: tuple[tuple[str, BaseException], ...] = ()

    def __init__(self, config: NoConfig, kernel: Any) -> None:
        super().__init__(config, kernel)
        self.left = list(self.errors)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Raises the next of its errors, `before` or `after` the call has run; then lets calls through."""
        if not self.left or call.method in ("get", "counted"):
            return await next(call)
        moment, error = self.left.pop(0)
        if moment == "after":
            await next(call)
        raise error


def failing(*errors: tuple[str, BaseException]) -> DeploymentManager:
    """A manager whose calls fail so, one after another."""
    part = type("Failing", (FailingManager,), {"errors": errors})
    return type("Failing", (DeploymentManager,), {"promise": "Fails.", "instance_manager": part})()


def with_failures(chain: str, *errors: tuple[str, BaseException]) -> Chain:
    """A chain whose innermost instance manager fails so."""
    return Chain([failing(*errors), *Chain.parse(chain, Registry.installed()).managers])


# AtMostOnceRPC


@pytest.mark.parametrize("chain", ["AtMostOnceRPC,Retry(timeout=5s)", "Retry(timeout=5s),AtMostOnceRPC"])
def test_a_call_whose_nested_call_failed_does_not_run_again(chain: str) -> None:
    """The object that it calls on its way is lost: the nested failure is no reason to run the call once more."""

    async def scenario(cluster: SimulatedCluster) -> None:
        relay = await cluster.create("relay", chain, kind=Relay)
        await cluster.create("far", "", kernel="b")
        cluster.crash("b")
        await asyncio.sleep(5.0)
        first = await error_of(relay.call("forward", "far", request_id="mine"))
        assert isinstance(first, GuestException) and isinstance(first.cause, Unavailable)
        again = await error_of(relay.call("forward", "far", request_id="mine"))
        assert again is not None and (again.code, again.message) == (first.code, first.message)
        assert await relay.call("counted") == 1

    run(scenario, 31)


@pytest.mark.parametrize(
    "error",
    [
        KernelUnavailable("the lease ended while it ran"),
        OmsUnavailable("the store does not answer"),
        ObjectLost("another object is lost"),
        ValueError("a mistake of a third party"),
        DeadlineExceeded("a nested call took too long"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_may_have_run_is_the_outcome(error: Exception) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", with_failures("AtMostOnceRPC", ("after", error)))
        for _ in range(3):
            with pytest.raises(Exception, match=str(error)):
                await stub.call("add", "x", 1, request_id="mine")
        assert await stub.call("get", "x") == 1
        assert await stub.call("add", "x", 1) == 2, "other calls run"

    run(scenario, 32)


def test_an_outcome_that_is_an_error_travels_with_the_object() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        chain = with_failures("AtMostOnceRPC", ("after", OmsUnavailable("the store does not answer")))
        stub = await cluster.create("map", chain)
        assert isinstance(await error_of(stub.call("add", "x", 1, request_id="mine")), OmsUnavailable)
        await cluster.move("map", "b")
        assert isinstance(await error_of(stub.call("add", "x", 1, request_id="mine")), OmsUnavailable)
        assert await stub.call("get", "x") == 1

    run(scenario, 33)


@pytest.mark.parametrize("error", [Moved("elsewhere"), KernelUnavailable("never sent", outcome=Outcome.NOT_RUN)])
def test_a_call_that_did_not_run_may_run_later(error: AminoError) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", with_failures("AtMostOnceRPC,Retry", ("before", error)))
        assert await stub.call("add", "x", 1, request_id="mine") == 1
        assert await stub.call("add", "x", 1, request_id="mine") == 1

    run(scenario, 34)


def test_a_call_whose_first_attempt_may_have_run_does_not_end_as_one_that_did_not() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        errors = [("after", KernelUnavailable("lost"))] + [("before", KernelUnavailable("not sent", outcome=Outcome.NOT_RUN))] * 50
        stub = await cluster.create("map", with_failures("Retry(timeout=1s)", *errors))
        error = await error_of(stub.call("add", "x", 1))
        assert error is not None and error.outcome is Outcome.UNKNOWN
        assert await stub.call("get", "x") == 1

    run(scenario, 42)


def test_an_outcome_is_kept_from_the_end_of_its_call() -> None:
    """A call may take longer than outcomes are kept."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("relay", "AtMostOnceRPC(keep=2s)", kind=Slow)
        assert await stub.call("slow", 3.0, request_id="mine") == 1
        assert await stub.call("slow", 3.0, request_id="mine") == 1

    run(scenario, 35)


class Slow:
    """An object whose calls take long."""

    def __init__(self) -> None:
        self.count = 0

    async def slow(self, seconds: float) -> int:
        """Counts, after so long."""
        await asyncio.sleep(seconds)
        self.count += 1
        return self.count


# What a transaction's copy has run


@pytest.mark.parametrize("error", [asyncio.CancelledError(), ValueError("a mistake")], ids=lambda error: type(error).__name__)
def test_a_call_of_a_transaction_that_was_cut_off_does_not_run_again_on_its_copy(error: BaseException) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "OptimisticTransactions", {"x": 0})
        name = await stub.command("start_transaction")

        async def twice(chain: InstanceChain) -> None:
            transaction: Any = chain._parts[0].opened[name]  # type: ignore[attr-defined]
            run_on_copy = transaction.copy.invoke

            async def cut_off(call: Invocation) -> Any:
                transaction.copy.invoke = run_on_copy
                await run_on_copy(call)
                raise error

            transaction.copy.invoke = cut_off
            call = Invocation(cluster.id_of("map"), "add", ("x", 1), transaction_id=name, request_id="mine")
            for _ in range(2):
                try:
                    await chain.call(call)
                except BaseException as raised:
                    assert isinstance(raised, (type(error), Cancelled, InternalError))

        await cluster.kernels["a"].managers(cluster.id_of("map")).run(twice)
        await stub.command("commit", name)
        assert await stub.call("get", "x") == 1

    run(scenario, 36)


# Deferred calls


def test_a_deferred_call_stays_until_it_is_known_to_have_an_answer() -> None:
    """Moved and a deadline that passed are no answers; an exception of the application is one."""

    async def scenario(cluster: SimulatedCluster) -> None:
        chain = with_failures("ExplicitCaching(defer=[put,fail])", ("before", DeadlineExceeded("time is over")))
        stub = await cluster.create("map", chain)
        await stub.call("put", "x", 1)
        assert isinstance(await error_of(stub.command("push")), DeadlineExceeded)
        assert await stub.command("push") == [None]
        await stub.call("fail", "no")
        await stub.call("put", "x", 2)
        assert isinstance(await error_of(stub.command("push")), GuestException)
        assert await stub.command("push") == [1]

    run(scenario, 37)


def test_a_deferred_call_that_found_other_managers_is_not_lost() -> None:
    """The host of a proxy raises Moved when the object has another chain now."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "ExplicitCaching(defer=[put])")
        await stub.call("put", "x", 1)
        host: Any = (await stub.client.chain("map"))._host  # type: ignore[attr-defined]
        to_kernel = host.invoke

        async def elsewhere(call: Invocation) -> Any:
            host.invoke = to_kernel
            raise Moved("the deployment managers of the object were changed")

        host.invoke = elsewhere
        assert isinstance(await error_of(stub.command("push")), Moved)
        assert await stub.command("push") == [None]

    run(scenario, 38)


def test_two_pushes_at_once_send_each_call_once() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", "ExplicitCaching(defer=[add])")
        for _ in range(10):
            await stub.call("add", "x", 1)
        pushed = await asyncio.gather(*(stub.command("push") for _ in range(3)))
        assert sorted(result for results in pushed for result in results) == list(range(1, 11))
        assert await stub.call("get", "x") == 10

    run(scenario, 39)


# The one place that decides


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Moved("elsewhere"), True),
        (KernelUnavailable("never left", outcome=Outcome.NOT_RUN), True),
        (KernelUnavailable("lost"), False),
        (KernelUnavailable("lost"), False),
        (GuestException("no"), False),
        (OmsUnavailable("silent"), False),
        (asyncio.CancelledError(), False),
        (ValueError("a mistake"), False),
    ],
)
def test_what_did_not_run(error: BaseException, expected: bool) -> None:
    assert did_not_run(error) is expected
