"""Which calls clients and other kernels may send to a half."""

from __future__ import annotations

from amino_wire.errors import PermissionDenied
from amino_wire.frames import FLAG_MANAGERS_DONE
from amino_wire.lane import IncomingCall
from amino_wire.lane_requests import TARGET

QUESTIONS = ("get", "create", "get_or_create", "command", "request")


def refusal(incoming: IncomingCall, client: str, *, is_peer: bool) -> PermissionDenied | None:
    """Why a call of a client or of another kernel is refused (the JVM half's `Sender` says the same)."""
    target, method, options = incoming.target, incoming.method, incoming.options
    if not target:
        return PermissionDenied(f"the operation {method} is for the kernel itself")
    if target.startswith("@") and (is_peer or target != TARGET or method not in QUESTIONS):
        allowed = ", ".join(f"{TARGET}.{name}" for name in QUESTIONS)
        return PermissionDenied(f"{target}.{method} is not for clients; they may call {allowed}")
    if options.flags & FLAG_MANAGERS_DONE:
        return PermissionDenied(f"only the object's own kernel says that the instance managers have run; send {method} without flag 4")
    if not is_peer and options.client_id not in ("", client):
        return PermissionDenied(f"the call to {method} names another client than the hello of its connection")
    return None
