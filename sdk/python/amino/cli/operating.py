"""Commands for operators of a cluster: drain, status."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from amino_wire.errors import ArgumentInvalid, DeadlineExceeded, KernelNotFound
from amino_wire.invocation import CallOptions
from amino_wire.lane_requests import TARGET

from amino.cli.command import command
from amino.cli.session import Session
from amino.records import KernelInfo

if TYPE_CHECKING:
    from amino.cli.quick_client import QuickClient

app = typer.Typer()
SHORTEST, SLICE = 0.5, 2.0
"""Seconds of each request, between which the command says how far it is."""
_BUDGET = CallOptions(budget_ms=60_000)


@command(app, "drain")
def drain(
    session: Session,
    kernel: Annotated[str, typer.Argument(metavar="KERNEL", help="Id or address, as `amino kernels` shows them.")],
    back: Annotated[bool, typer.Option("--back", help="Let the kernel take objects again.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds after which objects that are still there are named.")] = 60.0,
) -> None:
    """Move all objects of a kernel to others, and give it no further ones; then stop it, or take it back with --back."""
    if timeout < 0:
        raise ArgumentInvalid("--timeout is a number of seconds, 0 or more")
    with session.connect() as client:
        found = _found(client.kernels(), kernel)
    with session.ask(found.address) as there:
        if back:
            there.call(TARGET, "drain", [0.0, True], _BUDGET)
            session.say(f"{found.id} takes objects again", {"kernel": found.id, "draining": False})
            return
        moved, left, stays = _drained(session, there, timeout)
    if left:
        named = "; ".join(f"{name}: {reason}" for name, reason in stays.items())
        raise DeadlineExceeded(
            f"{left} objects are still on {found.id} after {timeout:g} s, and {moved} have moved. It gets no further ones. {named}".strip(),
            details={"kernel": found.id, "moved": moved, "left": left, "stays": stays},
        )
    session.say(
        f"{found.id} has no objects any more ({moved} have moved), and gets none. Stop it, or take it back: amino drain {found.id} --back",
        {"kernel": found.id, "draining": True, "moved": moved, "left": 0},
    )


@command(app, "status")
def status(session: Session) -> None:
    """Show which OMS leads, and how many kernels and objects there are."""
    with session.ask() as there:
        services = [(str(address), str(standing)) for address, standing in there.call(TARGET, "services", [], _BUDGET)]
    with session.connect() as client:
        kernels = client.kernels()
    if session.json:
        oms = [{"address": address, "standing": standing} for address, standing in services]
        session.document({"oms": oms, "kernels": len(kernels), "objects": sum(one.objects for one in kernels)})
        return
    session.table(("OMS", "STANDING"), services)
    session.note(f"{len(kernels)} kernels with {sum(one.objects for one in kernels)} objects; `amino kernels` lists them")


def _found(kernels: tuple[KernelInfo, ...], wanted: str) -> KernelInfo:
    found = [one for one in kernels if wanted in (one.id, one.address)]
    if not found:
        raise KernelNotFound(f"no kernel {wanted!r} lives; `amino kernels` shows which there are", details={"kernel": wanted})
    return found[0]


def _drained(session: Session, there: QuickClient, timeout: float) -> tuple[int, int, dict[str, Any]]:
    """How many objects have moved, how many are left after the time, and why."""
    end, moved = time.monotonic() + timeout, 0
    while True:
        begun = time.monotonic()
        # A shorter time says nothing about an object but that it was too short.
        told = there.call(TARGET, "drain", [max(SHORTEST, min(SLICE, end - begun)), False], _BUDGET)
        moved += told["moved"]
        if not told["left"] or time.monotonic() >= end:
            return moved, int(told["left"]), dict(told["stays"])
        session.note(f"{moved} objects have moved, {told['left']} are left")
        time.sleep(max(0.0, min(SLICE - (time.monotonic() - begun), end - time.monotonic())))
