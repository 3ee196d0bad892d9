"""Transactions that objects begin: in every language, on kernels that are killed, with members that are given up in the middle."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster, LocalProcess
from amino_wire.errors import AminoError, DeadlineExceeded, Deadlock, NotDeterministic

from tests.cluster.audits import wait_for_audit
from tests.cluster.runs import ARGUMENTS_WITHOUT_JIT
from tests.cluster.tellers import TELLER_JS, TELLERS
from tests.cluster.test_joint_transactions import ACCOUNTS
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

LANGUAGES = pytest.mark.parametrize("language", TELLERS)


@dataclass(frozen=True)
class Processes:
    """The cluster of all tests here."""

    north: LocalProcess
    south: LocalProcess


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with LocalCluster(Path(tmp_path_factory.mktemp("tellers"))) as made:
        # Where the machine is busy, a kernel that starts its languages is no dead one.
        made.start_oms(("--lease", "8"))
        languages = ("--languages", "js,python,ruby", *ARGUMENTS_WITHOUT_JIT)
        north, south = [made.start_kernel(name, labels={"name": name}, arguments=languages) for name in ("north", "south")]
        made.wait_until_up()
        yield Processes(north, south)


@pytest.fixture(scope="module")
def client(cluster: Processes) -> Iterator[amino.BlockingClient]:
    with amino.connect(cluster.north.address, deadline=30) as client:
        for name, (file, source, chain, place) in ACCOUNTS.items():
            client.register({file: source}, name, args=[100], deployment_managers=chain, select={"name": place})
        for language, (file, source) in TELLERS.items():
            client.register({file: source}, f"teller-{language}", select={"name": "north"})
            client.register({file: source}, f"locked-{language}", deployment_managers="LockingTransactions")
        yield client


def balances(client: amino.BlockingClient) -> list[int]:
    return [client.get(name).balance() for name in ACCOUNTS]


def all_answer(client: amino.BlockingClient) -> bool:
    try:
        return bool(balances(client))
    except AminoError:
        return False


def none_open(client: amino.BlockingClient) -> bool:
    return not client.transactions()


@LANGUAGES
def test_a_transfer_between_kernels(client: amino.BlockingClient, language: str) -> None:
    before = balances(client)
    assert client.get(f"teller-{language}").transfer("js", "python", 7) == before[1] + 7
    assert balances(client) == [before[0] - 7, before[1] + 7, before[2]]
    with pytest.raises(AminoError, match="not enough money"):
        client.get(f"teller-{language}").transfer("js", "ruby", 5000)
    assert client.get(f"teller-{language}").transfer("python", "js", 7) == before[0]
    assert balances(client) == before
    wait_until(lambda: none_open(client), "that all have ended")


@LANGUAGES
def test_participants_of_the_same_artifact_and_context(client: amino.BlockingClient, language: str) -> None:
    """The member that waits for the commit keeps its context, in which its participants have to vote."""
    file, source = ACCOUNTS[language][:2]
    names = [f"{language}-{chain}" for chain in ("locking", "optimistic", "bank")]
    for name, chain in zip(names, ("LockingTransactions", "OptimisticTransactions", ""), strict=True):
        class_name = None if language == "js" else "Bank"
        client.register({file: source + BOTH[language]}, name, class_name=class_name, args=[100], deployment_managers=chain)
    assert client.get(names[2]).transfer(names[0], names[1], 5) == 105
    assert [client.get(name).balance() for name in names] == [95, 105, 100]


BOTH = {
    "js": """
module.exports = class Bank extends module.exports {
  async transfer(source, target, amount) {
    return amino.transaction(async () => { amino.get(source).add(-amount); return amino.get(target).add(amount); });
  }
};
module.exports.readOnly = ['balance'];
""",
    "python": """

class Bank(Account):
    def transfer(self, source, target, amount):
        with amino.transaction():
            amino.get(source).add(-amount)
            return amino.get(target).add(amount)
""",
    "ruby": """
class Bank < Account
  def transfer(source, target, amount)
    Amino.transaction { Amino.get(source).add(-amount); Amino.get(target).add(amount) }
  end
end
""",
}


@LANGUAGES
def test_a_member_whose_time_is_over_leaves_nothing(client: amino.BlockingClient, language: str) -> None:
    before, began = balances(client), time.monotonic()
    with pytest.raises(DeadlineExceeded):
        client.get(f"teller-{language}").with_options(deadline=2).slow("python", 1)
    # Nobody waits for the lease of the part (30 s), nor for the minute of the block.
    assert client.get("python").add(0) == before[1]
    assert time.monotonic() - began < 15
    wait_until(lambda: none_open(client), "that it has ended")
    assert balances(client) == before
    assert client.get(f"teller-{language}").transfer("js", "js", 0) == before[0], "the object goes on"


@LANGUAGES
def test_an_object_takes_no_part_in_what_it_begins(client: amino.BlockingClient, language: str) -> None:
    with pytest.raises(Deadlock, match="An object takes no part in a transaction that it begins"):
        client.get(f"locked-{language}").own()
    assert client.get(f"locked-{language}").change() == 1
    wait_until(lambda: none_open(client), "that it has ended")


@pytest.mark.parametrize("language", ["js", "python"])
def test_what_runs_beside_the_block_is_no_part_of_it(client: amino.BlockingClient, language: str) -> None:
    before = balances(client)
    assert client.get(f"teller-{language}").beside("js", "ruby", 3) == ["undone", before[2] + 3]
    assert balances(client) == [before[0], before[1], before[2] + 3]


def test_two_blocks_of_one_member(client: amino.BlockingClient) -> None:
    before = balances(client)
    assert client.get("teller-js").two("js", "ruby") == [before[0] + 1, before[2] + 2]
    assert client.get("teller-js").hasAsyncContext() == "undefined"


def test_a_jump_out_of_a_block_takes_it_back(client: amino.BlockingClient) -> None:
    before = balances(client)
    assert client.get("teller-ruby").jumps("js", 5) == 7
    assert balances(client) == before


def test_a_block_that_its_member_does_not_await_changes_nothing(client: amino.BlockingClient) -> None:
    before = balances(client)
    assert client.get("teller-js").forgets("js", 5) == "gone"
    wait_until(lambda: none_open(client), "that it has ended", 40)
    assert balances(client) == before


def test_a_replica_begins_none(client: amino.BlockingClient) -> None:
    for language, (file, source) in TELLERS.items():
        client.register({file: source}, f"replicated-{language}", deployment_managers="ConsensusRSM(replicas=1)")
        with pytest.raises(NotDeterministic, match="a transaction"):
            client.get(f"replicated-{language}").transfer("js", "python", 1)


def test_kill_9_of_the_kernel_of_the_beginner(cluster: Processes, client: amino.BlockingClient) -> None:
    client.register({"teller.js": TELLER_JS}, "southern", select={"name": "south"})
    chain, select = "LockingTransactions", {"name": "north"}
    client.register({"account.js": ACCOUNTS["js"][1]}, "lock", args=[100], deployment_managers=chain, select=select)
    told: list[str] = []

    def begin() -> None:
        try:
            client.get("southern").with_options(deadline=10).slow("lock", 5)
        except AminoError as error:
            told.append(error.code)

    thread = threading.Thread(target=begin)
    thread.start()
    wait_until(lambda: any(part.name == "lock" for each in client.transactions() for part in each.parts), "that the lock takes part")
    began = time.monotonic()
    cluster.south.kill()
    assert client.get("lock").add(0) == 100
    assert time.monotonic() - began < 20, "the time of the call ends it, not that of the block"
    thread.join()
    assert len(told) == 1
    cluster.south.start()
    wait_until(lambda: none_open(client), "that it has ended", 60)
    wait_until(lambda: all_answer(client), "that the accounts have come back", 60)


def test_kill_9_of_the_kernel_of_participants(cluster: Processes, client: amino.BlockingClient) -> None:
    names, ends, before = list(ACCOUNTS), time.monotonic() + 8, sum(balances(client))
    done: list[str] = []

    def transfers(number: int) -> None:
        teller = f"teller-{list(TELLERS)[number % 3]}"
        with amino.connect(cluster.north.address, deadline=10) as mine:
            while time.monotonic() < ends:
                try:
                    mine.get(teller).transfer(names[number % 3], names[(number + 1) % 3], 1)
                    done.append("transfer")
                except AminoError as error:
                    done.append(error.code)

    threads = [threading.Thread(target=transfers, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: done.count("transfer") >= 5, "some transfers", 30)
    cluster.south.kill()
    cluster.south.start()
    for thread in threads:
        thread.join()

    wait_for_audit(client, names, before, done, known_within=60)
    assert done.count("transfer") >= 5
