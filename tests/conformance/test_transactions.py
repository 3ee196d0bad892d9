"""Transactions over several objects: the cases of `transactions.json`, begun by every SDK and by objects in every language."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import amino
import pytest

from tests.conformance.conftest import GUESTS, compile_java
from tests.conformance.drivers import COMMANDS, SdkDriver

HERE = Path(__file__).resolve().parent
CASES: dict[str, Any] = json.loads((HERE / "transactions.json").read_text(encoding="utf-8"))
CHAINS = {"locking": "LockingTransactions", "second": "LockingTransactions", "optimistic": "OptimisticTransactions", "plain": ""}
FILES = {"js": "teller.js", "python": "teller.py", "ruby": "teller.rb"}
MONEY = 100
SECONDS = 60
Begin = Callable[[list[Any], int], dict[str, Any]]
"""Runs steps in a transaction, with so many tries; what that came to."""


@pytest.fixture(scope="module")
def client(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[amino.BlockingClient]:
    with amino.connect(cluster, deadline=SECONDS) as client:
        objects = HERE / "transactions"
        for name, chain in CHAINS.items():
            client.register(objects / "account.js", name, args=[MONEY], deployment_managers=chain)
        client.register(objects / "gate.js", "gate", concurrent=True)
        for language, file in FILES.items():
            client.register(objects / file, f"teller-{language}")
        folder = compile_java(objects / "Teller.java", tmp_path_factory.mktemp("teller") / "java")
        client.register(folder, "teller-java", language="java", entry="Teller")
        yield client


@pytest.fixture(scope="module", params=[*(f"{sdk} SDK" for sdk in COMMANDS), *(f"object in {guest}" for guest in GUESTS)])
def begin(request: pytest.FixtureRequest, client: amino.BlockingClient, cluster: str) -> Iterator[Begin]:
    """Begins transactions, in each language and from each side."""
    if request.param.endswith("SDK"):
        driver = SdkDriver(request.param.removesuffix(" SDK"), cluster)
        yield driver.transaction
        driver.close()
    else:
        teller = client.get(f"teller-{request.param.rpartition(' ')[2]}")
        yield teller.run


@pytest.fixture
def accounts(client: amino.BlockingClient) -> Callable[[], dict[str, int]]:
    """What the accounts have; each begins with 100."""

    def seen() -> dict[str, int]:
        return {name: client.get(name).balance() for name in CHAINS}

    for name, money in seen().items():
        if money != MONEY:
            client.get(name).add(MONEY - money)
    return seen


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_a_case(case: dict[str, Any], begin: Begin, client: amino.BlockingClient, accounts: Callable[[], dict[str, int]]) -> None:
    with Beside(begin, case["steps"], case.get("tries", 1)) as running:
        if "meanwhile" in case:
            client.get("gate").meet(2)
            for name, member, *arguments in case["meanwhile"]:
                getattr(client.get(name), member)(*arguments)
            client.get("gate").meet(2)
    check(running.came_to, case["comes_to"])
    assert accounts() == {**dict.fromkeys(CHAINS, MONEY), **case["then"]}


def test_a_block_goes_on_however_quick_the_answers_are(begin: Begin, accounts: Callable[[], dict[str, int]]) -> None:
    steps = [["call", "locking", "add", -1], ["call", "optimistic", "add", 1]]
    came_to = [begin(steps, 1) for _ in range(MONEY)]
    assert [each for each in came_to if "ok" not in each] == []
    assert accounts() == {**dict.fromkeys(CHAINS, MONEY), "locking": 0, "optimistic": 2 * MONEY}


def test_a_deadlock_is_told_with_its_objects(begin: Begin, client: amino.BlockingClient, accounts: Callable[[], dict[str, int]]) -> None:
    case = CASES["deadlock"]
    with client.transaction():
        client.get("locking").add(1)
        with Beside(begin, case["steps"], 1) as running:
            client.get("gate").meet(2)
            client.get("second").add(1)
    code, message, outcome = running.came_to["error"]
    assert (code, outcome) == (case["code"], case["outcome"])
    assert all(part in message for part in case["message"]), message
    assert accounts() == {**dict.fromkeys(CHAINS, MONEY), "locking": MONEY + 1, "second": MONEY + 1}


def check(came_to: dict[str, Any], expected: dict[str, Any]) -> None:
    if "error" not in expected or "error" not in came_to:
        assert came_to == expected
        return
    code, message, outcome = expected["error"]
    assert came_to["error"][0] == code, came_to
    assert message in came_to["error"][1]
    assert outcome is None or came_to["error"][2] == outcome


class Beside:
    """Runs steps beside the test, for a block; joined at its end.

    Attributes:
        came_to: what they came to, afterwards.
    """

    def __init__(self, begin: Begin, steps: list[Any], tries: int) -> None:
        self.came_to: dict[str, Any] = {}
        self._thread = threading.Thread(target=lambda: self.came_to.update(begin(steps, tries)), daemon=True)

    def __enter__(self) -> Beside:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the steps have not ended"
