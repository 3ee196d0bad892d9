"""Transactions over objects of several languages on two kernels: all clients, refusals, and kill -9 in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster, LocalProcess
from amino_wire.errors import AminoError, Deadlock, NotTransactional, TransactionAborted

from tests.cluster.audits import wait_for_audit
from tests.cluster.runs import ARGUMENTS_WITHOUT_JIT
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(200)]

ROOT = Path(__file__).resolve().parents[2]
JS = """
module.exports = class Account {
  constructor(money) { this.money = money; }
  add(amount) { if (this.money + amount < 0) throw new Error('not enough money'); this.money += amount; return this.money; }
  send(amount, target) { this.add(-amount); return amino.get(target).add(amount); }
  balance() { return this.money; }
};
module.exports.readOnly = ['balance'];
"""
PYTHON = """
import amino

class Account:
    def __init__(self, money):
        self.money = money

    def add(self, amount):
        if self.money + amount < 0:
            raise ValueError("not enough money")
        self.money += amount
        return self.money

    def send(self, amount, target):
        self.add(-amount)
        return amino.get(target).add(amount)

    def balance(self):
        return self.money
"""
RUBY = """
class Account
  def initialize(money)
    @money = money
  end

  def add(amount)
    raise "not enough money" if @money + amount < 0
    @money += amount
  end

  def send_to(amount, target)
    add(-amount)
    Amino.get(target).add(amount)
  end

  def balance = @money
end
"""
ACCOUNTS = {
    "js": ("account.js", JS, "DurableTransactions", "north"),
    "python": ("account.py", PYTHON, "DurableSerializableRPC,LockingTransactions", "south"),
    "ruby": ("account.rb", RUBY, "DurableTransactions", "south"),
}
PROGRAMS = {
    "node": (
        ["node", "--input-type=module", "-e"],
        """
        import { connect } from '%(sdk)s/js/src/index.js';
        const client = await connect('%(address)s');
        const [js, python] = [await client.get('js'), await client.get('python')];
        const done = await client.transaction(async () => { await js.add(-7); return await python.add(7); }, { tries: 5 });
        let undone = '';
        const undo = async () => { await js.add(-7); throw new RangeError('undone'); };
        try { await client.transaction(undo); } catch (error) { undone = error.message; }
        let refused = '';
        try { await client.transaction(async () => { await (await client.get('plain')).add(1); }); } catch (error) { refused = error.code; }
        let nested = '';
        try { await client.transaction(() => client.transaction(() => 1)); } catch (error) { nested = error.code; }
        console.log(JSON.stringify([done, undone, refused, nested]));
        await client.close();
        """,
    ),
    "ruby": (
        ["ruby", "-I%(sdk)s/ruby/lib", "-e"],
        """
        require "amino"
        require "json"
        client = Amino.connect("%(address)s")
        js, python = client.get("js"), client.get("python")
        done = client.transaction(tries: 5) { js.add(-7); python.add(7) }
        undone = begin; client.transaction { js.add(-7); raise "undone" }; rescue => e; e.message; end
        refused = begin; client.transaction { client.get("plain").add(1) }; rescue => e; e.code; end
        nested = begin; client.transaction { client.transaction { 1 } }; rescue => e; e.code; end
        puts JSON.generate([done, undone, refused, nested])
        client.close
        """,
    ),
}


class Undone(Exception):
    """Ends a block whose changes are not wanted."""


@dataclass(frozen=True)
class Processes:
    """The cluster of all tests here."""

    oms: LocalProcess
    north: LocalProcess
    south: LocalProcess


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with LocalCluster(Path(tmp_path_factory.mktemp("bank"))) as made:
        # Where the machine is busy, a kernel that starts its languages is no dead one.
        oms, languages = made.start_oms(("--lease", "8")), ("--languages", "js,python,ruby", *ARGUMENTS_WITHOUT_JIT)
        north, south = [made.start_kernel(name, labels={"name": name}, arguments=languages) for name in ("north", "south")]
        made.wait_until_up()
        yield Processes(oms, north, south)


@pytest.fixture(scope="module")
def client(cluster: Processes) -> Iterator[amino.BlockingClient]:
    with amino.connect(cluster.north.address, deadline=20) as client:
        for name, (file, source, chain, place) in ACCOUNTS.items():
            client.register({file: source}, name, args=[100], deployment_managers=chain, select={"name": place})
        client.register({"account.js": JS}, "plain", args=[100], select={"name": "south"})
        yield client


def balances(client: amino.BlockingClient) -> list[int]:
    return [client.get(name).balance() for name in ACCOUNTS]


def test_all_of_it_happens_or_nothing(client: amino.BlockingClient) -> None:
    js, python, ruby, plain = (client.get(name) for name in (*ACCOUNTS, "plain"))
    with client.transaction():
        js.add(-30)
        python.add(10)
        ruby.add(20)
        assert plain.balance() == 100
    assert balances(client) == [70, 110, 120]
    with client.transaction():
        js.send(20, "python")
        python.send(30, "ruby")
        ruby.send_to(50, "js")
    assert balances(client) == [100, 100, 100]
    with pytest.raises(Undone), client.transaction():
        js.send(20, "python")
        python.send(30, "ruby")
        assert ruby.balance() == 130
        raise Undone
    with pytest.raises(AminoError, match="not enough money"), client.transaction():
        js.add(5)
        ruby.add(-500)
    with pytest.raises(NotTransactional, match="attach LockingTransactions"), client.transaction():
        js.add(5)
        plain.add(5)
    with pytest.raises(AminoError, match="attach LockingTransactions"), client.transaction():
        js.send(5, "plain")
    assert balances(client) == [100, 100, 100]
    assert plain.balance() == 100


@pytest.mark.parametrize("program", PROGRAMS)
def test_other_sdks(cluster: Processes, client: amino.BlockingClient, program: str) -> None:
    before = balances(client)
    command, text = PROGRAMS[program]
    facts = {"sdk": str(ROOT / "sdk"), "address": cluster.north.address}
    words = [word % facts for word in (*command, text)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == [before[1] + 7, "undone", "NOT_TRANSACTIONAL", "TRANSACTION_INVALID"]
    assert balances(client) == [before[0] - 7, before[1] + 7, before[2]]


def test_the_command_line_shows_and_ends_them(cluster: Processes, client: amino.BlockingClient) -> None:
    before = balances(client)
    environment = {**os.environ, "AMINO_ADDRESS": cluster.north.address}

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "amino", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60).stdout

    with pytest.raises(TransactionAborted, match="because I say so"), client.transaction() as transaction:
        client.get("python").add(3)
        (shown,) = json.loads(run("transactions", "-o", "json"))
        assert (shown["id"], shown["phase"], shown["parts"][0]["name"]) == (transaction.id, "open", "python")
        assert "python" in run("transactions")
        run("abort", transaction.id, "--reason", "because I say so")
    assert balances(client) == before


def test_deadlocks_end_within_a_second_or_so(client: amino.BlockingClient, cluster: Processes) -> None:
    for name in ("one", "other"):
        client.register({"account.py": PYTHON}, name, args=[100], deployment_managers="LockingTransactions")
    told: list[Deadlock] = []
    barrier = threading.Barrier(2)

    def transfer(first: str, second: str) -> None:
        with amino.connect(cluster.north.address) as mine:
            try:
                with mine.transaction():
                    mine.get(first).add(-1)
                    barrier.wait()
                    mine.get(second).add(1)
            except Deadlock as error:
                told.append(error)

    threads = [threading.Thread(target=transfer, args=names) for names in (("one", "other"), ("other", "one"))]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert time.monotonic() - begun < 5
    assert all(part in told[0].message for part in ("one (", "other (", "add of", "client ")), told[0].message
    assert client.get("one").balance() + client.get("other").balance() == 200


def test_kill_9_in_the_middle(cluster: Processes, client: amino.BlockingClient) -> None:
    names, ends = list(ACCOUNTS), time.monotonic() + 6
    done: list[str] = []
    before = sum(balances(client))

    def transfers(number: int) -> None:
        with amino.connect(cluster.north.address, deadline=5) as mine:
            stubs = [mine.get(name) for name in names]

            def work() -> None:
                stubs[number % 3].add(-1)
                stubs[(number + 1) % 3].add(1)

            while time.monotonic() < ends:
                try:
                    mine.transact(work, tries=20, timeout=5)
                    done.append("transfer")
                except AminoError as error:
                    done.append(error.code)

    threads = [threading.Thread(target=transfers, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: done.count("transfer") >= 5, "some transfers", 20)
    cluster.south.kill()
    cluster.oms.kill()
    cluster.oms.start()
    cluster.south.start()
    for thread in threads:
        thread.join()

    wait_for_audit(client, names, before, done)
    assert done.count("transfer") >= 5
