"""What transactions over several objects ask of a host, and which objects they leave out."""

from __future__ import annotations

from typing import Protocol

from amino_wire.errors import NotTransactional
from amino_wire.transactions import joint_of

from amino_dms.api import Interface, JointCall, is_read
from amino_dms.chain import Chain


class JointHost(Protocol):
    """The part of a kernel's offers that is about them."""

    async def join_transaction(self, object_id: str, call: JointCall) -> None:
        """ObjectManagementService.JoinTransaction; see `JointKernel`."""
        ...

    async def wait_in_transaction(self, object_id: str, call: JointCall, holder: str) -> None:
        """ObjectManagementService.JoinTransaction, for a call that waits."""
        ...

    async def transaction_outcome(self, transaction: str) -> str:
        """ObjectManagementService.TransactionOutcome; raises OmsUnavailable."""
        ...


class Titled(Protocol):
    """See `ObjectView`."""

    @property
    def object_id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def interface(self) -> Interface: ...


class JointRefusal:
    """Keeps calls of such transactions from changing an object that takes no part in them.

    Arguments:
        chain: of the object.
    """

    def __init__(self, chain: Chain) -> None:
        self._reason = chain.joint_refusal

    def check(self, transaction_id: str, member: str, view: Titled) -> None:
        """A call has come.

        Arguments:
            transaction_id: the call's; may be empty.
            member: what it calls.
            view: the facts of the object.

        Raises:
            NotTransactional: it is a call of such a transaction, and may change the object.
        """
        if transaction_id and self._reason and joint_of(transaction_id) and not is_read(member, view.interface):
            text = f"{member} of {view.title} was not called: the object {self._reason}"
            raise NotTransactional(text, details={"object": view.object_id})
