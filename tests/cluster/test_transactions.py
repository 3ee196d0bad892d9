"""Transactions and calls that other objects make: what the block causes belongs to it, however many objects lie between."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster
from amino_wire.errors import AminoError, DeadlineExceeded, TransactionConflict, TransactionInvalid

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(200)]

MANAGERS = ["LockingTransactions", "OptimisticTransactions", "DurableTransactions"]
LEDGER_JS = """
module.exports = class Ledger {
  constructor() { this.total = 0; }
  add(n) { this.total += n; return this.total; }
  addBy(shop, n) { this.total += 1; return amino.get(shop).sell(amino.self, n); }
  get() { return this.total; }
};
"""
SHOP_JS = """
module.exports = class Shop {
  constructor() { this.sales = 0; }
  sell(ledger, n) { this.sales += 1; return (typeof ledger === 'string' ? amino.get(ledger) : ledger).add(n); }
  async sellLater(ledger, n) { this.sales += 1; return await amino.get(ledger).add.async(n); }
  sold() { return this.sales; }
};
"""
SHOP_PYTHON = """
import amino

class Shop:
    def sell(self, ledger, n):
        return amino.get(ledger).add(n)
"""
SHOP_RUBY = """
class Shop
  def sell(ledger, n) = Amino.get(ledger).add(n)
end
"""
FRONT_JS = "module.exports = class Front { sell(shop, ledger, n) { return amino.get(shop).sell(ledger, n); } };"


class Market:
    """A client, a ledger on one kernel, and shops on another kernel, which sell through it."""

    def __init__(self, client: amino.BlockingClient) -> None:
        self.client = client
        self.names = uuid.uuid4().hex[:6]

    def make(self, name: str, source: dict[str, str], on: str, managers: str = "") -> amino.BlockingStub:
        """A new object of this market."""
        stub = self.client.register(source, f"{name}-{self.names}", select={"name": on}, deployment_managers=managers)
        return stub.with_options(deadline=10)

    def name(self, name: str) -> str:
        """Its whole name."""
        return f"{name}-{self.names}"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with LocalCluster(Path(tmp_path_factory.mktemp("market"))) as cluster:
        cluster.start_oms()
        languages = ("--languages", "js,python,ruby")
        made = [cluster.start_kernel(name, labels={"name": name}, arguments=languages) for name in ("north", "south")]
        cluster.wait_until_up()
        yield made[0].address, made[1].address


@pytest.fixture
def market(addresses: tuple[str, str]) -> Iterator[Market]:
    with amino.connect(addresses[0]) as client:
        yield Market(client)


class Undone(Exception):
    """Ends a block whose changes are not wanted."""


@pytest.mark.parametrize("place", ["north", "south"])
@pytest.mark.parametrize("managers", MANAGERS)
def test_a_call_through_another_object_belongs_to_the_transaction(market: Market, managers: str, place: str) -> None:
    ledger = market.make("ledger", {"ledger.js": LEDGER_JS}, "north", managers)
    shop = market.make("shop", {"shop.js": SHOP_JS}, place)
    front = market.make("front", {"front.js": FRONT_JS}, "south")
    with ledger.dm.transaction():
        assert ledger.add(1) == 1
        assert shop.sell(market.name("ledger"), 5) == 6
        assert shop.sellLater(market.name("ledger"), 5) == 11
        assert front.sell(market.name("shop"), market.name("ledger"), 5) == 16
    assert ledger.get() == 16
    with pytest.raises(Undone), ledger.dm.transaction():
        assert shop.sell(market.name("ledger"), 5) == 21
        assert front.sell(market.name("shop"), market.name("ledger"), 5) == 26
        raise Undone
    assert ledger.get() == 16, "what others did for the block is undone with it"
    assert shop.sold() == 5, "a transaction spans the state of its own object alone"


@pytest.mark.parametrize(("file", "source"), [("shop.py", SHOP_PYTHON), ("shop.rb", SHOP_RUBY)])
def test_guests_of_every_language_pass_it_on(market: Market, file: str, source: str) -> None:
    ledger = market.make("ledger", {"ledger.js": LEDGER_JS}, "north", "LockingTransactions")
    shop = market.make("shop", {file: source}, "south")
    with pytest.raises(Undone), ledger.dm.transaction():
        assert shop.sell(market.name("ledger"), 5) == 5
        raise Undone
    assert ledger.get() == 0


@pytest.mark.parametrize("managers", MANAGERS)
def test_the_object_itself_may_call_others_that_call_it_back(market: Market, managers: str) -> None:
    ledger = market.make("ledger", {"ledger.js": LEDGER_JS}, "north", managers)
    market.make("shop", {"shop.js": SHOP_JS}, "south")
    with pytest.raises(Undone), ledger.dm.transaction():
        assert ledger.addBy(market.name("shop"), 5) == 6
        raise Undone
    assert ledger.get() == 0
    with ledger.dm.transaction():
        assert ledger.addBy(market.name("shop"), 5) == 6
    assert ledger.get() == 6


@pytest.mark.parametrize("managers", MANAGERS)
def test_calls_of_others_stay_outside(addresses: tuple[str, str], market: Market, managers: str) -> None:
    ledger = market.make("ledger", {"ledger.js": LEDGER_JS}, "north", managers)
    market.make("shop", {"shop.js": SHOP_JS}, "south")
    with amino.connect(addresses[1]) as other:
        shop = other.get(market.name("shop")).with_options(deadline=0.5)
        if managers == "LockingTransactions":
            with ledger.dm.transaction():
                ledger.add(1)
                with pytest.raises(DeadlineExceeded):
                    shop.sell(market.name("ledger"), 100)
            assert ledger.get() in (1, 101)
            return
        with pytest.raises(TransactionConflict), ledger.dm.transaction():
            ledger.add(1)
            assert shop.with_options(deadline=10).sell(market.name("ledger"), 100) == 100
    assert ledger.get() == 100


def test_objects_with_transactions_of_their_own_take_no_notice_of_others(market: Market) -> None:
    ledger = market.make("ledger", {"ledger.js": LEDGER_JS}, "north", "LockingTransactions")
    shop = market.make("shop", {"shop.js": SHOP_JS}, "south", "OptimisticTransactions")
    with ledger.dm.transaction():
        assert shop.sell(market.name("ledger"), 5) == 5
        with pytest.raises(Undone), shop.dm.transaction():
            assert shop.sell(market.name("ledger"), 5) == 10
            assert shop.sold() == 2
            raise Undone
        assert shop.sold() == 1
    assert (ledger.get(), shop.sold()) == (10, 1)


def test_a_transaction_inside_one_of_the_same_object_is_refused_at_once(market: Market) -> None:
    ledger = market.make("ledger", {"ledger.js": LEDGER_JS}, "north", "LockingTransactions")
    with ledger.dm.transaction() as around:
        with pytest.raises(TransactionInvalid, match=f"inside its transaction {around.id}, for whose end it would wait"):
            ledger.dm.transaction().__enter__()
        assert ledger.add(2) == 2
    assert ledger.get() == 2
    with pytest.raises(AminoError):
        ledger.with_options(transaction=around.id).add(1)
