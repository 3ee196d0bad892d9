"""`amino migrate-store`: an empty store gets all that another one holds."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from amino_store.etcd.address import SCHEME, EtcdAddress
from amino_store.sqlite.snapshot import FILE
from amino_store.transaction import Put, Transaction
from amino_wire.errors import ConfigInvalid

from amino_oms.copies.contents import content_within, sum_of, title_of
from amino_oms.copies.filling import Filled, Note, fill
from amino_oms.copies.full import telling_full
from amino_oms.copies.kernels import living_kernels
from amino_oms.registry.keys import MOVED
from amino_oms.settings import SQLITE, OmsSettings
from amino_oms.storage import Storage, open_storage

_FOLDER = f"{SQLITE}:"
_NOWHERE = Path("/nonexistent")
"""The folder of settings that name an etcd: nothing of it is used here."""


def settings_of(address: str, blobs: str = "") -> OmsSettings:
    """The settings of a service on a store: `sqlite:FOLDER` or `etcd://…`, with its blobs. Raises ConfigInvalid for anything else."""
    if address.startswith(f"{SCHEME}://"):
        EtcdAddress.parse(address)
        return _with_blobs(OmsSettings(_NOWHERE, store=address), blobs)
    folder = address.removeprefix(_FOLDER)
    if not address.startswith(_FOLDER) or not folder:
        raise ConfigInvalid(f"{address!r} names no store: write {_FOLDER}FOLDER, with the folder of the OMS, or etcd://HOST:PORT/PREFIX")
    return _with_blobs(OmsSettings(Path(folder)), blobs)


def _with_blobs(settings: OmsSettings, blobs: str) -> OmsSettings:
    made = replace(settings, blobs=blobs)
    made.check()
    return made


async def migrate(source: OmsSettings, target: OmsSettings, *, kernels_ended: bool, note: Note) -> Filled:
    """Brings all that one store holds to another one. The first store keeps it, and a note that no service is to begin on it any more.

    Arguments:
        source: from where.
        target: where to; empty, or filled in part by an earlier call.
        kernels_ended: the operator's word that no kernel of the store lives.
        note: is told how far the work has come.

    Raises:
        ConfigInvalid: there is no such store, both are the same, a kernel may live, or the target is not empty.
        StoreInUse: a process works on either store.
        DiskFull: there is no room in the target.
        Others: as `open_storage` and `fill`.
    """
    if _place(source) == _place(target):
        raise ConfigInvalid("both addresses name the same store")
    if source.store == SQLITE and not (source.data_dir / FILE).is_file():
        raise ConfigInvalid(f"there is no store in the folder {source.data_dir}: it has no {FILE}")
    with telling_full():
        return await _migrate(source, target, kernels_ended=kernels_ended, note=note)


async def _migrate(source: OmsSettings, target: OmsSettings, *, kernels_ended: bool, note: Note) -> Filled:
    async with _owned(source) as storage, content_within(storage, title_of(source)) as content:
        living = [] if kernels_ended else await living_kernels(storage.store)
        if living:
            raise ConfigInvalid(
                f"kernels live, or may live: {', '.join(living)}. Stop them while the OMS runs, and then the OMS. If they "
                "have ended in any other way, say so with --kernels-ended",
                details={"kernels": living},
            )

        async def leave() -> None:
            """At no moment a service could begin on both stores."""
            await storage.store.commit(Transaction(then=(Put(MOVED, title_of(target).encode()),)))

        total = await sum_of(content)
        note(f"{title_of(source)} has {total.entries} entries and {total.blobs} artifacts")
        async with _owned(target) as filled:
            what, name = f"the move from {title_of(source)}", secrets.token_hex(8)
            return await fill(filled, content, total, what=what, lineage=name, gap=0, note=note, ready=leave)


@asynccontextmanager
async def _owned(settings: OmsSettings) -> AsyncGenerator[Storage]:
    storage = await open_storage(settings, time.monotonic)
    try:
        yield storage
    finally:
        await storage.close()


def _place(settings: OmsSettings) -> tuple[object, ...]:
    if settings.store == SQLITE:
        return (settings.data_dir.resolve(),)
    address = EtcdAddress.parse(settings.store)
    return (frozenset(address.members), address.prefix)
