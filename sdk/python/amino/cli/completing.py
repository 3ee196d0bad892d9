"""What a shell offers when TAB is pressed: names of objects, classes, kernels, managers and members.

Completion never prints an error: where no kernel answers, there is nothing to offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import typer
from amino_wire.errors import AminoError

import amino

MOST = 200
"""How many names are offered at most."""
SECONDS = 2.0
"""How long a person waits for TAB, at most."""
Offer = tuple[str, str]
"""A word, and what it means."""


def objects(context: typer.Context, incomplete: str) -> list[Offer]:
    """Names of objects, with class and kernel."""

    def named(client: amino.BlockingClient) -> list[Offer]:
        found = (each for each in client.list(incomplete, limit=MOST) if each.name)
        return [(each.name, f"{each.class_name} on {each.kernel or 'no kernel'}") for each in found]

    return _asked(context, named)


def references(context: typer.Context, incomplete: str) -> list[Offer]:
    """Arguments of a call that name an object: `@counter`."""
    if not incomplete.startswith("@"):
        return []
    return [(f"@{name}", meaning) for name, meaning in objects(context, incomplete[1:])]


def kernels(context: typer.Context, incomplete: str) -> list[Offer]:
    """Ids of the kernels that live."""
    return _asked(context, lambda client: _beginning(((each.id, each.address) for each in client.kernels()), incomplete))


def kinds(context: typer.Context, incomplete: str) -> list[Offer]:
    """Names of kinds."""
    return _asked(context, lambda client: [(kind.name, f"{kind.language} {kind.entry}") for kind in client.kinds(incomplete)[:MOST]])


def members(context: typer.Context, incomplete: str) -> list[Offer]:
    """Members of the object that the command names."""
    name = context.params.get("name")
    if not name:
        return []

    def of(client: amino.BlockingClient) -> list[Offer]:
        return _beginning(((member.name, member.doc.partition("\n")[0]) for member in client.describe(name).members), incomplete)

    return _asked(context, of)


def managers(incomplete: str) -> list[Offer]:
    """Managers for the end of a chain, `Retry,Lease…`; those that this installation has."""
    from amino_dms.chain import Registry

    before, comma, last = incomplete.rpartition(",")
    if "(" in last:
        return []
    known = sorted(Registry.installed(), key=lambda manager: manager.name)
    return [(f"{before}{comma}{name}", promise) for name, promise in _beginning(((one.name, one.promise) for one in known), last)]


def _beginning(offers: Iterable[Offer], incomplete: str) -> list[Offer]:
    return [offer for offer in offers if offer[0].startswith(incomplete)]


def _asked(context: typer.Context, ask: Callable[[amino.BlockingClient], list[Offer]]) -> list[Offer]:
    address = context.params.get("address") or context.find_root().params.get("address")
    try:
        with amino.connect(address, client_id="completion", deadline=SECONDS) as client:
            return ask(client)
    except (AminoError, OSError):
        return []
