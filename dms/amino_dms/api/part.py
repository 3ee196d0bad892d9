"""The three kinds of parts and their eight upcalls (Sapphire section 6 and Table 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, ClassVar, Final, Generic, TypeVar

from amino_wire.frames import CallOptions, Invocation
from amino_wire.values import EncodedValue

from amino_dms.api.calls import NOT_ANSWERED, GiveUp, Next, Tell
from amino_dms.api.coordinator_kernel import CoordinatorKernel
from amino_dms.api.delegation import Delegation, Ran
from amino_dms.api.kernel import InstanceKernel, PartKernel, ProxyKernel
from amino_dms.api.model import Arrival, Interface, ObjectRule, Purpose, Replica
from amino_dms.api.outside import OutsideCall, refusal
from amino_dms.api.state import Snapshot

C = TypeVar("C")
F = TypeVar("F", bound=Callable[..., Any])

ENDING_SECONDS: Final = 5.0
"""Seconds that `on_destroy` may take, and what a part does beside calls may take to end; then the host goes on
without."""
DETACH_SECONDS: Final = 30.0
"""Seconds that `on_detach` may take where the part does not say otherwise."""

_COMMAND = "__amino_command__"
_PEER = "__amino_peer__"
_QUESTION = "__amino_question__"


def command(method: F) -> F:
    """Offers a method of a part to the application as `stub.dm.<name>` (Sapphire Table 3, registerMethod)."""
    setattr(method, _COMMAND, True)
    return method


def peer(method: F) -> F:
    """Offers a method of a part to the other parts of the same deployment manager that run in kernels and in the OMS.

    Proxies run in the processes of clients, too, for whom nobody vouches: they may call a `question` only.
    """
    setattr(method, _PEER, True)
    return method


def question(method: F) -> F:
    """Offers a method of a part to all other parts of the same deployment manager, proxies among them.

    Every client of the object can call such a method with any arguments, so it must not break the manager's promise.
    """
    setattr(method, _QUESTION, True)
    return peer(method)


def is_command(part: type[Any], name: str) -> bool:
    """Whether the application may call that method of the part."""
    return bool(getattr(getattr(part, name, None), _COMMAND, False))


def is_peer(part: type[Any], name: str) -> bool:
    """Whether other parts may call that method of the part."""
    return bool(getattr(getattr(part, name, None), _PEER, False)) or is_command(part, name)


def is_question(part: type[Any], name: str) -> bool:
    """Whether proxies may call that method of the part, wherever they run."""
    return bool(getattr(getattr(part, name, None), _QUESTION, False)) or is_command(part, name)


def commands_of(part: type[Any]) -> tuple[str, ...]:
    """The names of a part's commands."""
    return tuple(name for name in dir(part) if not name.startswith("_") and is_command(part, name))


class Part(Generic[C]):
    """A part of a deployment manager, for one object. It runs only when called, and never in two threads.

    Arguments:
        config: the manager's settings for this object.
    """

    def __init__(self, config: C, kernel: PartKernel) -> None:
        self.config = config
        self._part_kernel = kernel

    async def on_create(self, arrival: Arrival) -> None:
        """The part is there; for a new, attached, moved or recovered object. No call comes before it returns."""

    async def on_destroy(self) -> None:
        """The part ends: the object was deleted or has left this node, or the chain was changed. All parts of a chain
        are told at once. It may take `ENDING_SECONDS` of the host's clock and is then cancelled; what it raises is
        logged."""

    async def on_member_added(self, replica: Replica) -> None:
        """The object has one more replica, or one at a new place."""

    async def on_member_removed(self, replica: Replica) -> None:
        """The object has one replica less, or one no longer at that place."""

    async def on_failure(self, replica: Replica) -> bool:
        """The node of a replica was declared dead. Only coordinators are asked.

        Returns:
            whether this manager brought the replica back or did without it.
        """
        return False

    async def on_high_latency(self, seconds: float) -> None:
        """A call took longer than the limit that was set."""

    async def on_low_memory(self, free_bytes: int) -> None:
        """The node has little memory left: a tenth of its host's, or of its JVM's heap. Told once a shortage, to parts in kernels."""

    async def save(self, purpose: Purpose) -> Any:
        """The part's knowledge for its next place, as a value; None: nothing. Asked when no call is on its way."""
        return None

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """Takes over what `save` gave elsewhere; called before `on_create`, and only if it gave something."""


class Proxy(Part[C]):
    """The caller's part: in the caller's kernel, or in the SDK's own process."""

    passes_reads: ClassVar[bool] = False
    """Says that a read which a part further inwards answers at once need not go through this part's `on_call`."""
    frees_reads: bool = False
    """Says that the part always hands on calls of members that only read, gives them nothing by `leaves`, and need not hear of their
    end by `returns`. It is asked about those that have failed."""
    patience: float = 0.0
    """After how many seconds without an answer of calls that left at once `waited` is called; 0: never."""

    def __init__(self, config: C, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel)
        self.kernel = kernel

    @classmethod
    def wants_calls(cls, config: C) -> bool:
        """Whether `on_call` has anything to do with those settings; if not, the part is left out of the call path."""
        return True

    def hands_on(self, method: str) -> bool:
        """Whether `on_call`, as things stand, hands a call of that member on, perhaps with a header, and acts at most on its
        failure. Then a client sends the call at once, and asks `on_call` only when it has failed: there `next` raises that
        failure at first. It is asked before each call, so it only reads."""
        return False

    def leaves(self, method: str) -> Any:
        """A call leaves at once, since all parts hand it on. Returns the value of its header under the manager's name; None: it
        gets none. A part that overrides this hears of the end as well. Where an instance manager knows calls again by their
        request ids, the manager says so by the trait DEDUPLICATES; else calls that leave at once have none of their own."""
        return None

    def replica(self) -> int | None:
        """The replica to which calls go that leave at once; None: whichever the object has, which is number 0. It only reads."""
        return None

    async def waited(self) -> None:
        """Calls that left at once have been waiting for `patience` seconds. When this returns, those that were sent to another replica
        than `replica` says then are asked for again, by `on_call`."""

    def returns(self, request_id: str, given: Any, error: BaseException | None) -> None:
        """A call that left at once, with what `leaves` gave it, has its answer or has failed. `on_call` may be asked about a failure
        after this."""

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A call on its way to the object. `await next(call)` hands it inwards; not doing so answers it here."""
        return await next(call)

    async def command_behind(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """A command of a manager that stands behind this one, which divides the object: only such a proxy is asked.

        Arguments:
            name: the command's.
            args, kwargs: values.
            manager: whose command; empty: the first manager's that has it.
        """
        raise NotImplementedError

    async def command_in_order(self, manager: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """A command of a manager nearer the object that has a part for replicas (`DeploymentManager.in_order`): it becomes
        an entry of their log. Only the proxy of a manager that keeps replicas is asked. Arguments as of `command_behind`."""
        raise NotImplementedError

    def answer_now(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """The answer to a call without transaction and headers, if it is known here; else NOT_ANSWERED. Must not wait.
        A client without async asks in its caller's thread, so this only reads."""
        return NOT_ANSWERED


class InstanceManager(Part[C]):
    """The object's part: one beside each replica."""

    only_rule: ClassVar[bool] = False
    """Says that `on_call` does nothing else than keep the part's `rule`. Where the object's gate keeps it and no other part
    stands nearer the object, the part is left out of the call path."""

    def __init__(self, config: C, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.kernel = kernel

    async def on_detach(self) -> None:
        """The manager leaves the chain of an object that stays; no call is on its way, and none comes before this
        returns. To wait for what callers were promised, such as leases: they may not have heard yet. All parts that
        leave are told at once, and each may take as long as `detach_seconds` says."""

    def detach_seconds(self) -> float:
        """How many seconds of the host's clock `on_detach` may take from now on; then the exchange of the chain
        fails."""
        return DETACH_SECONDS

    @classmethod
    def wants_calls(cls, config: C, interface: Interface) -> bool:
        """Whether `on_call` has anything to do for an object with that interface; if not, the part is left out of the call path."""
        return True

    @classmethod
    def rule(cls, config: C, interface: Interface) -> ObjectRule | None:
        """The rule by which the part wants the object's own gate to let calls in; None: any. `kernel.keeps` says whether the gate does."""
        return None

    def delegates(self) -> Delegation | None:
        """The calls that, as things stand, `on_call` would hand on as they are, noting their number at most; None: it wants to
        see each. The object's gate lets them in from then on. Before anything else is asked of a part of the chain, such as
        another call or a command, the gate stops that, and each part hears of it by `recalled`. A part that delegates does
        nothing by itself meanwhile, such as at a certain time. It only reads."""
        return None

    def recalled(self, ran: Ran) -> None:
        """Calls have run since the part delegated them."""

    def withheld(self, mark: int) -> None:
        """Answers wait at the gate, of calls that the part delegated with `withholds`: up to that mark, and of calls that run until the
        state is captured. The part captures and stores it, and says so by `kernel.stored`. It must not wait."""

    async def calls_out(self, call: OutsideCall) -> EncodedValue:
        """The object calls another one, in a call with fixed circumstances that this manager has handed inwards. Of the
        managers of a chain that override this, the outermost is asked.

        Raises:
            AminoError: what the call came to.
        """
        raise refusal()

    def captured(self, snapshot: Snapshot) -> None:
        """As `withheld`, for calls that the part delegated with `captures`: up to the snapshot's mark. The state in it is encoded.

        The gate captures the next state when the part has said that this one is stored.
        """
        self.withheld(snapshot.mark)

    def takes(self, method: str, args: EncodedValue, options: CallOptions, tell: Tell) -> GiveUp | None:
        """Takes over a call that has arrived, and says by `tell`, later, what became of it. Only the outermost part is asked, so that a
        part which wants no value of the call need not wait for it in a task of its own.

        Arguments:
            method: the member.
            args: the arguments, an array.
            options: of the call; named arguments and headers are encoded.
            tell: hears the end once, and not after the call was given up.

        Returns:
            by what the call is given up; None: `on_call` is to see it.
        """
        return None

    def ordering(self, call: Invocation) -> AbstractAsyncContextManager[Invocation]:
        """Around a call that is to get into the log of the replicas, at the one that orders calls: the block begins when
        the call may, and its value is the call, with what the part adds. Asked of parts nearer the object than the one that
        keeps the log."""
        return nullcontext(call)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A call that has arrived. `next` raises Moved where the call did not run and must go elsewhere: hand that on."""
        return await next(call)


class Coordinator(Part[C]):
    """The central part: one for each object, at the OMS. The value of `save` is stored durably after every method and upcall."""

    def __init__(self, config: C, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        self.kernel = kernel

    async def on_return(self, replica: Replica) -> bool:
        """The node of a replica was declared dead, `on_failure` could not bring the replica back, and now the node is back in the same life
        and still has it. The object answers nothing before this returns. (The paper's kernels do not come back.)

        Returns:
            whether the replica may go on as it is; if not, it is dropped, and `on_failure` is asked again.
        """
        return True
