"""How kernels and the OMS prove to one another what they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from amino_wire.errors import OmsUnavailable
from amino_wire.proof import OMS, ClusterSecret, KernelsOnly, ProvingStub, nothing, shown


class Aborted(Exception):
    pass


class Context:
    """A request as a servicer sees it."""

    def __init__(self, metadata: Any) -> None:
        self.metadata = metadata

    def invocation_metadata(self) -> Any:
        return self.metadata

    async def abort(self, code: Any, details: str, trailing_metadata: Any = ()) -> None:
        raise Aborted(f"{code.name}: {details}")


class Servicer:
    async def Guarded(self, request: str, context: Context) -> str:  # noqa: N802
        return f"{request} done"

    async def Open(self, request: str, context: Context) -> str:  # noqa: N802
        return f"{request} done"

    async def Stream(self, request: str, context: Context) -> AsyncIterator[str]:  # noqa: N802
        yield request
        yield "done"


def secret_of(text: str) -> ClusterSecret:
    secret = ClusterSecret()
    secret.take(text)
    return secret


def guarded(secret: ClusterSecret, ready: Any = None) -> Any:
    methods = {"Guarded": lambda request: request == "question", "Stream": nothing}
    return KernelsOnly(Servicer(), secret, lambda: "here:1", methods, ready)


def test_a_token_is_worth_nothing_at_another_receiver_or_in_another_cluster() -> None:
    secret = secret_of("a")
    assert secret.proved("here:1", secret.shown_to("here:1"))
    assert not secret.proved("here:1", secret.shown_to("there:1"))
    assert not secret.proved("here:1", secret.shown_to(OMS))
    assert not secret.proved("here:1", secret_of("b").shown_to("here:1"))
    assert not secret.proved("here:1", ())
    assert not secret.proved("here:1", None)
    assert secret.token("here:1") != "a"


def test_who_knows_no_secret_shows_nothing_and_trusts_nobody() -> None:
    unknown = ClusterSecret()
    assert not unknown.known and unknown.shown_to("here:1") == ()
    assert not unknown.proved("here:1", (("amino-kernel", ""),))
    assert not unknown.proved("here:1", secret_of("a").shown_to("here:1"))


def test_a_new_secret_makes_the_old_tokens_worthless() -> None:
    secret = secret_of("a")
    old = secret.shown_to("here:1")
    secret.take("b")
    assert not secret.proved("here:1", old) and secret.proved("here:1", secret.shown_to("here:1"))


async def test_only_kernels_are_let_in() -> None:
    secret = secret_of("a")
    service = guarded(secret)
    proof = Context(secret.shown_to("here:1"))
    assert await service.Guarded("order", proof) == "order done"
    assert [each async for each in service.Stream("order", proof)] == ["order", "done"]
    for stranger in (Context(()), Context(None), Context((("amino-kernel", "guess"),)), Context(secret.shown_to("there:1"))):
        with pytest.raises(Aborted, match="PERMISSION_DENIED"):
            await service.Guarded("order", stranger)
        with pytest.raises(Aborted, match="PERMISSION_DENIED"):
            [each async for each in service.Stream("order", stranger)]
        assert await service.Guarded("question", stranger) == "question done"
        assert await service.Open("order", stranger) == "order done"


async def test_a_kernel_that_has_not_heard_the_secret_waits_for_it() -> None:
    secret = ClusterSecret()
    proof = Context(secret_of("a").shown_to("here:1"))

    async def ready() -> None:
        secret.take("a")

    assert await guarded(secret, ready).Guarded("order", proof) == "order done"

    async def late() -> None:
        raise OmsUnavailable("not yet")

    with pytest.raises(Aborted, match="not yet"):
        await guarded(ClusterSecret(), late).Guarded("order", proof)
    with pytest.raises(Aborted, match="PERMISSION_DENIED"):
        await guarded(ClusterSecret(), late).Guarded("order", Context(()))


async def test_a_stub_shows_the_proof_beside_other_metadata() -> None:
    secret = ClusterSecret()
    seen: list[Any] = []

    class Stub:
        async def Ask(self, request: str, *, metadata: Any, timeout: float = 0.0) -> str:  # noqa: N802
            seen.append((request, shown(metadata).decode(), len(metadata), timeout))
            return "answer"

    stub = ProvingStub(Stub(), secret, "here:1")
    assert await stub.Ask("one") == "answer"
    secret.take("a")
    await stub.Ask("two", metadata=(("x", "y"),), timeout=3.0)
    assert seen == [("one", "", 0, 0.0), ("two", secret.token("here:1"), 2, 3.0)]
