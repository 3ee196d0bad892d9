"""What Python may ask of a stub besides calls: each row works sensibly, or is refused in words that name the way."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
import pydoc
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import amino
import pytest
import pytest_asyncio
from amino_wire import errors

from tests.unit.counter_kernel import CounterKernel, counter_kernel, counter_kernel_thread

SHOWN = "<Counter counter id-counter>"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterKernel]:
    with counter_kernel_thread(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture(scope="module")
def counter(kernel: CounterKernel) -> Iterator[amino.BlockingStub]:
    with amino.connect(kernel.address) as client:
        yield client.get("counter")


@pytest_asyncio.fixture
async def awaited(tmp_path: Path) -> AsyncIterator[amino.Stub]:
    async with counter_kernel(tmp_path) as kernel, amino.connect(kernel.address) as client:
        yield await client.get("counter")


def _unpacked(stub: Any) -> None:
    _first, _second = stub


def _entered(stub: Any) -> None:
    with stub:
        pass


def _assigned(stub: Any) -> None:
    stub["level"] = 9


def _deleted(stub: Any) -> None:
    del stub.incr


def _item_deleted(stub: Any) -> None:
    del stub["incr"]


REFUSED: dict[str, tuple[Callable[[Any], object], type[Exception], str]] = {
    "iteration": (list, TypeError, "cannot be iterated over or unpacked: call a member that gives a list"),
    "iterator": (iter, TypeError, "cannot be iterated over"),
    "star": (lambda stub: [*stub], TypeError, "cannot be iterated over or unpacked"),
    "unpacking": (_unpacked, TypeError, "cannot be iterated over or unpacked"),
    "reversal": (reversed, TypeError, "no length"),
    "in": (lambda stub: 1 in stub, TypeError, "does not say what is in it: call a member that does"),
    "len": (len, TypeError, "has no length: call a member that gives it"),
    "order": (lambda stub: stub < stub, TypeError, "sort by a key"),
    "sorting": (lambda stub: sorted([stub, stub]), TypeError, "comes neither before nor after"),
    "index": (lambda stub: stub[0], TypeError, r"stub\['name'\] is its member"),
    "item assignment": (_assigned, TypeError, "no items to assign: call a member that sets one"),
    "item deletion": (_item_deleted, TypeError, "no items to delete"),
    "deletion": (_deleted, AttributeError, "cannot be deleted, for the object is elsewhere"),
    "pickling": (pickle.dumps, TypeError, r"cannot be pickled: .* get the stub again with client.get\(id\)"),
    "pickling of a member": (lambda stub: pickle.dumps(stub.incr), TypeError, "cannot be pickled: it belongs to a connection"),
    "with": (_entered, TypeError, r"no context manager: .*stub.dm.transaction\(\)"),
    "truth of a member": (lambda stub: bool(stub.get), TypeError, r"its result may be: call it, stub.get\(\)"),
    "comparison of a member": (lambda stub: stub.get == 9, TypeError, r"only its result could be: call it, stub.get\(\)"),
    "iteration of managers": (lambda stub: list(stub.dm), TypeError, "client.explain"),
    "manager in": (lambda stub: "Retry" in stub.dm, TypeError, "client.describe"),
    "index of managers": (lambda stub: stub.dm[0], TypeError, "takes the name of a deployment manager"),
    "private name": (lambda stub: stub._repr_html_, AttributeError, r"stub\['_repr_html_'\] insists"),
    "withOptions": (lambda stub: stub.withOptions(deadline=1), AttributeError, r"did you mean stub.with_options\(deadline=…\)"),
    "with_option": (lambda stub: stub.with_option, AttributeError, "did you mean stub.with_options"),
    "with_timeout": (lambda stub: stub.with_timeout(5), AttributeError, "did you mean stub.with_options"),
    "options": (lambda stub: stub.options(deadline=1), AttributeError, "did you mean stub.with_options"),
}


def _check_refusal(stub: Any, row: str) -> None:
    work, kind, told = REFUSED[row]
    with pytest.raises(kind, match=told):
        work(stub)


@pytest.mark.parametrize("row", REFUSED)
def test_refusals_without_async(kernel: CounterKernel, counter: amino.BlockingStub, row: str) -> None:
    before = kernel.frames
    _check_refusal(counter, row)
    assert kernel.frames == before


async def test_refusals_with_async(awaited: amino.Stub) -> None:
    for row in REFUSED:
        _check_refusal(awaited, row)


WORKS: dict[str, Callable[[Any], object]] = {
    "truth": lambda stub: bool(stub) is True,
    "equality": lambda stub: stub == stub.with_options(deadline=1) and stub != 1 and stub is not None,
    "hash": lambda stub: {stub: 1}[stub.with_options(read_only=True)] == 1,
    "repr": lambda stub: repr(stub) == str(stub) == f"{stub}" == SHOWN,
    "repr of a member": lambda stub: repr(stub.incr) == "<member incr of Counter counter id-counter>",
    "copy": lambda stub: copy.copy(stub) is stub and copy.deepcopy({"in": [stub]})["in"][0] is stub,
    "hasattr": lambda stub: hasattr(stub, "incr") and not hasattr(stub, "_incr") and not hasattr(stub, "__array__"),
    "dir": lambda stub: dir(stub) == ["dm", "get", "incr", "with_options"],
    "callable": lambda stub: not callable(stub) and callable(stub.incr),
    "awaitable": lambda stub: not inspect.isawaitable(stub),
    "signature": lambda stub: str(inspect.signature(stub.incr)) == "(by=Ellipsis)",
    "signature of an unknown member": lambda stub: str(inspect.signature(stub["other"])) == "(*args, **kwargs)",
    "name": lambda stub: stub.incr.__name__ == "incr",
    "members": lambda stub: stub.incr == stub["incr"] and stub.incr != stub.get and len({stub.incr, stub["incr"]}) == 1,
    "help": lambda stub: SHOWN in stub.__doc__ and "    incr(by=Ellipsis): Adds." in pydoc.render_doc(stub, renderer=pydoc.plaintext),
    "help of a member": lambda stub: "incr(by=Ellipsis)\n    \n    Adds." in pydoc.render_doc(stub.incr, renderer=pydoc.plaintext),
    "display": lambda stub: not any(hasattr(stub, name) for name in JUPYTER),
}
JUPYTER = ("_repr_html_", "_repr_mimebundle_", "_ipython_display_", "_ipython_canary_method_should_not_exist_", "_repr_pretty_")


@pytest.mark.parametrize("row", WORKS)
def test_what_works_without_async(kernel: CounterKernel, counter: amino.BlockingStub, row: str) -> None:
    before = kernel.frames
    assert WORKS[row](counter)
    assert kernel.frames == before


async def test_what_works_with_async(awaited: amino.Stub) -> None:
    assert [row for row, works in WORKS.items() if not works(awaited)] == []


def test_classes_keep_their_own_documentation() -> None:
    for kind in (amino.Stub, amino.BlockingStub, amino.Method):
        assert inspect.getdoc(kind)
        assert "ember" in str(kind.__doc__)
    assert str(inspect.signature(amino.Method)) == "(location: 'Location', name: 'str', options: 'CallOptions | None') -> 'None'"


async def test_blocks_and_loops_with_async(awaited: amino.Stub) -> None:
    with pytest.raises(TypeError, match="no context manager"):
        async with awaited:  # type: ignore[attr-defined]
            pass
    with pytest.raises(TypeError, match="await a member that gives a list"):
        async for _ in awaited:
            pass
    for work in (lambda: asyncio.ensure_future(awaited), lambda: awaited()):  # type: ignore[call-overload, operator]
        with pytest.raises(TypeError):
            work()


def test_help_asks_once_for_an_object_that_was_only_heard_of(kernel: CounterKernel) -> None:
    with amino.connect(kernel.address) as client:
        other = client.create("counter", 1)
        kernel.requests.clear()
        heard = client.stub(amino.Reference(amino.reference_of(other).id, None, 0, None))
        with amino.connect(kernel.address) as stranger:
            heard = stranger.stub(amino.reference_of(heard))
            assert dir(heard) == ["dm", "get", "incr", "with_options"]
            assert "incr(by=Ellipsis)" in str(heard.__doc__)
            assert str(inspect.signature(heard.incr)) == "(by=Ellipsis)"
            assert len(kernel.requests) == 1
    assert dir(heard) == ["dm", "get", "incr", "with_options"]


def test_an_object_may_have_a_member_that_is_named_like_a_guess(kernel: CounterKernel) -> None:
    with amino.connect(kernel.address) as client:
        heard = client.stub(amino.Reference("id-counter", None, 0, None))
        assert "options" in repr(heard.options)  # nobody knows yet that the object has none
        with pytest.raises(errors.MemberNotFound):
            client.get("counter")["withOptions"](1)


def test_properties_without_async(kernel: CounterKernel, counter: amino.BlockingStub) -> None:
    assert counter.level() == 0
    counter.level = 9
    assert kernel.counter.value == counter.level() == 9
    assert counter.with_options(deadline=5).level.set(3) is None
    assert counter.level() == 3
    with pytest.raises(errors.MemberNotFound):
        counter.nothing = 1
    with pytest.raises(AttributeError, match=r"did you mean stub\.with_options"):
        counter.timeout = 5


async def test_properties_with_async(awaited: amino.Stub) -> None:
    assert await awaited.level == await awaited.level() == 0
    await awaited.level.set(9)
    assert await awaited.level == 9
    with pytest.raises(AttributeError, match=r"`await stub.level.set\(value\)`"):
        awaited.level = 3
    with pytest.raises(TypeError, match=r"is a method: `await stub.incr\(…\)`"):
        await awaited.incr
