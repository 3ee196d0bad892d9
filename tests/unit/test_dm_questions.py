"""The methods that clients may call of a manager's parts: they ask questions, and give no orders."""

from __future__ import annotations

import pytest
from amino_dms.api import Part, command, is_command, is_question, peer, question
from amino_dms.chain import Registry
from amino_dms.runtime.members import method_of
from amino_wire.errors import MemberNotFound, PermissionDenied

QUESTIONS = {
    "ConsensusRSM": {"suspect", "called", "command"},
    "ConsistentCaching": {"watch", "reads"},
    "DHT": {"where"},
    "DynamicMigration": {"report"},
    "ExplicitCaching": {"reads"},
    "Immutable": {"reads"},
    "KeepOnDevice": {"wanted"},
    "LeaseCaching": {"acquire", "reads"},
    "LoadBalancedMasterSlave": {"slaves", "missed", "suspect"},
    "ScaleUpFrontEnd": {"report"},
    "WriteThroughCaching": {"reads"},
}
"""All that a client may ask of managers beside commands. A new line needs a reason why every client may call that with any arguments."""


class Parted(Part[None]):
    def __init__(self) -> None:
        """Nothing."""

    @command
    async def commanded(self) -> None: ...

    @peer
    async def ordered(self) -> None: ...

    @question
    async def asked(self) -> None: ...

    async def unmarked(self) -> None: ...


def test_clients_may_ask_these_questions_and_no_others() -> None:
    found: dict[str, set[str]] = {}
    for manager in Registry.installed():
        for part in (manager.instance_manager, manager.in_order, manager.coordinator):
            names = [name for name in dir(part) if not name.startswith("_")] if part is not None else []
            asked = {name for name in names if part is not None and is_question(part, name) and not is_command(part, name)}
            if asked:
                found.setdefault(manager.name, set()).update(asked)
    assert found == QUESTIONS


@pytest.mark.parametrize("name", ["commanded", "asked"])
def test_a_proxy_of_a_client_may_call_it(name: str) -> None:
    part = Parted()
    assert method_of(part, "Parted", name, commands_only=False, by_client=True) == getattr(part, name)
    assert method_of(part, "Parted", name, commands_only=False) == getattr(part, name)


def test_an_order_is_for_parts_in_kernels() -> None:
    part = Parted()
    assert method_of(part, "Parted", "ordered", commands_only=False) == part.ordered
    with pytest.raises(PermissionDenied, match="'ordered' of the deployment manager Parted is for its parts in kernels"):
        method_of(part, "Parted", "ordered", commands_only=False, by_client=True)


@pytest.mark.parametrize("by_client", [True, False])
def test_what_is_not_marked_is_not_there(by_client: bool) -> None:
    with pytest.raises(MemberNotFound):
        method_of(Parted(), "Parted", "unmarked", commands_only=False, by_client=by_client)
