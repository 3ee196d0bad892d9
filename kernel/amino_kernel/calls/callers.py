"""The caller of a call: a client, or an object."""

from __future__ import annotations

from amino_kernel.halves.call import Call
from amino_wire.errors import PermissionDenied
from amino_wire.instances import object_of


def maker_of(call: Call) -> str:
    """Answers who makes an object by a call: the client, or the object whose call it is made inside of."""
    if call.options.client_id:
        return f"client {call.options.client_id}"
    hops = call.options.chain[1:]
    return f"object {object_of(hops[-1].rsplit('.', 1)[0])}" if hops else ""


def check_client(call: Call) -> None:
    """Raises PermissionDenied where an object calls what is for clients."""
    if not call.options.client_id:
        raise PermissionDenied(f"{call.target}.{call.method} is for clients, not for objects.")
