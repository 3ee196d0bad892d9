"""The command `ls`: which objects there are, in an order, some of them or only their number. Both parsers of the command line run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import DEFAULT

from amino.cli.documents import age, chain_text, end, object_document, status_text
from amino.cli.quick_client import PAGE, QuickClient
from amino.cli.session import Session
from amino.records import ObjectInfo

STATUSES: Mapping[str, common_pb2.ObjectState] = {
    "creating": common_pb2.OBJECT_STATE_CREATING,
    "active": common_pb2.OBJECT_STATE_ACTIVE,
    "lost": common_pb2.OBJECT_STATE_LOST,
    "asleep": common_pb2.OBJECT_STATE_ASLEEP,
}
SORTS: Mapping[str, Callable[[ObjectInfo], Any]] = {
    "name": lambda one: (not one.name, one.name, one.id),
    "age": lambda one: (one.created, one.id),
    "class": lambda one: (one.class_name, one.name),
    "language": lambda one: (one.language, one.name),
    "kernel": lambda one: (one.kernel, one.name),
    "status": lambda one: (status_text(one), one.name),
}
NAMELESS = "(no name)"


@dataclass(frozen=True)
class Listing:
    """The question of a list.

    Arguments:
        prefix: beginning of the names.
        select: labels of the objects.
        kernel: id of the kernel they are on.
        nameless: only objects without a name.
        status: creating, active, lost (also those that come back) or asleep; empty: any.
        sort: a key of SORTS; empty: the order of the OMS, by name where a prefix is given, else by age.
        limit: objects of a page; 0: all.
        page: which page, from 1.
    """

    prefix: str = ""
    select: str = ""
    kernel: str = ""
    nameless: bool = False
    status: str = ""
    sort: str = ""
    limit: int = 0
    page: int = 1

    def check(self) -> None:
        """Raises ArgumentInvalid for what cannot be."""
        if self.status not in ("", *STATUSES):
            raise ArgumentInvalid(f"no object has the status {self.status!r}; there are {', '.join(STATUSES)}")
        if self.sort not in ("", *SORTS):
            raise ArgumentInvalid(f"objects cannot be sorted by {self.sort!r}; they can by {', '.join(SORTS)}")
        if self.limit < 0 or self.page < 1 or (self.page > 1 and not self.limit):
            raise ArgumentInvalid("--limit is a number of objects, 0 for all, and --page, from 1, needs a --limit")

    @property
    def condition(self) -> str:
        """The conditions, for a sentence about objects that do not fulfil them."""
        asked = {
            f"begins with {self.prefix!r}": self.prefix,
            f"has the labels {self.select!r}": self.select,
            f"is on kernel {self.kernel!r}": self.kernel,
            f"is {self.status}": self.status,
            "is without a name": self.nameless,
        }
        return " and ".join(condition for condition, said in asked.items() if said)


def list_objects(session: Session, prefix: str = "", *, count: bool = False, **asked: Any) -> None:
    """Prints the objects there are, or how many; `asked` are the fields of Listing."""
    listing = Listing(prefix, **asked)
    listing.check()
    with session.ask() as client:
        if count:
            number = _count(client, listing)
            session.say(str(number), {"count": number})
            return
        found, total = _found(client, listing)
    if session.json:
        session.document([object_document(one) for one in found])
    else:
        _print(session, listing, found)
    if len(found) < total:
        behind = "" if listing.page * listing.limit >= total else f"; --page {listing.page + 1} shows the next"
        session.note(f"{len(found)} of {total} objects{behind}")


def _count(client: QuickClient, listing: Listing) -> int:
    if listing.status:
        return sum(1 for _ in _records(client, listing))
    return next(_pages(client, listing, 1)).total


def _found(client: QuickClient, listing: Listing) -> tuple[list[ObjectInfo], int]:
    """The objects of the page that is asked for, and how many there are on all pages."""
    end_of_page = listing.page * listing.limit
    if not listing.sort and not listing.status and listing.limit:
        records: list[common_pb2.ObjectRecord] = []
        total = 0
        for response in _pages(client, listing, min(PAGE, end_of_page)):
            records += response.objects
            total = response.total
            if len(records) >= end_of_page:
                break
        return [ObjectInfo.of(record, DEFAULT) for record in records[end_of_page - listing.limit : end_of_page]], total
    found = [ObjectInfo.of(record, DEFAULT) for record in _records(client, listing)]
    if listing.sort:
        found.sort(key=SORTS[listing.sort])
    page = found[end_of_page - listing.limit : end_of_page] if listing.limit else found
    return page, len(found)


def _records(client: QuickClient, listing: Listing) -> Iterator[common_pb2.ObjectRecord]:
    state = STATUSES.get(listing.status)
    for response in _pages(client, listing, PAGE):
        yield from (record for record in response.objects if state is None or record.status.state == state)


def _pages(client: QuickClient, listing: Listing, size: int) -> Iterator[client_pb2.ListResponse]:
    return client.pages(listing.prefix, select=listing.select, kernel=listing.kernel, nameless=listing.nameless, size=size)


def _print(session: Session, listing: Listing, found: list[ObjectInfo]) -> None:
    condition = listing.condition
    empty = f"no object: none {condition}" if condition else "no objects; `amino register` makes one"
    if listing.nameless:
        now = datetime.now(UTC)
        made = [(one.id, one.class_name, one.kernel or "-", status_text(one), one.maker or "-", age(one, now), end(one)) for one in found]
        session.table(("ID", "CLASS", "KERNEL", "STATUS", "MAKER", "AGE", "REMOVED"), made, empty=empty)
        return
    session.table(("NAME", "ID", "CLASS", "LANGUAGE", "KERNEL", "STATUS", "MANAGERS"), map(row, found), empty=empty)


def row(one: ObjectInfo) -> tuple[str, ...]:
    """The cells of an object in a table."""
    managers = chain_text(one.deployment_managers)
    return (one.name or NAMELESS, one.id, one.class_name, one.language, one.kernel or "-", status_text(one), managers)
