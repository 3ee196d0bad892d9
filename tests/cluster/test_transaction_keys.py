"""A transaction over several objects is ended by who began it, in whatever SDK, or by an operator."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import amino
import grpc
import pytest
from amino.testing import LocalCluster, LocalProcess
from amino_wire.error_transport import from_rpc_error
from amino_wire.errors import AminoError, PermissionDenied, TransactionAborted
from amino_wire.pb import client_pb2, client_pb2_grpc

from tests.support.waiting import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(200)]

ROOT = Path(__file__).resolve().parents[2]
JS = """
module.exports = class Account {
  constructor(money) { this.money = money; }
  add(amount) { this.money += amount; return this.money; }
  async sell(name, gate) {
    await amino.transaction(async () => {
      await amino.get(name).async.add(1);
      while (!(await amino.get(gate).async.isOpen()));
    });
  }
};
"""
GATE = """
module.exports = class Gate {
  open() { this.opened = true; }
  isOpen() { return this.opened === true; }
};
module.exports.readOnly = ['isOpen'];
"""
PROGRAMS: dict[str, tuple[list[str], str]] = {
    "python": (
        [sys.executable, "-c"],
        """
import amino
with amino.connect("%(address)s") as client:
    account = client.get("account")
    with client.transaction():
        account.add(1)
        print("inside", flush=True)
        if input() == "undo":
            raise ValueError("undone")
        """,
    ),
    "node": (
        ["node", "--input-type=module", "-e"],
        """
        import { createInterface } from 'node:readline/promises';
        import { connect } from '%(sdk)s/js/src/index.js';
        const client = await connect('%(address)s');
        const account = await client.get('account');
        const lines = createInterface({ input: process.stdin });
        await client.transaction(async () => {
          await account.add(1);
          console.log('inside');
          if (await lines.question('') === 'undo') throw new Error('undone');
        });
        lines.close();
        await client.close();
        """,
    ),
    "ruby": (
        ["ruby", "-I%(sdk)s/ruby/lib", "-e"],
        """
        require "amino"
        client = Amino.connect("%(address)s")
        account = client.get("account")
        client.transaction do
          account.add(1)
          $stdout.puts "inside"
          $stdout.flush
          raise "undone" if $stdin.gets.chomp == "undo"
        end
        client.close
        """,
    ),
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalProcess]:
    with LocalCluster(Path(tmp_path_factory.mktemp("keys"))) as made:
        made.start_oms(("--lease", "8"))
        kernel = made.start_kernel("north", arguments=("--languages", "js"))
        made.wait_until_up()
        yield kernel


@pytest.fixture(scope="module")
def client(kernel: LocalProcess) -> Iterator[amino.BlockingClient]:
    with amino.connect(kernel.address, deadline=20) as client:
        client.register({"account.js": JS}, "account", args=[0], deployment_managers="LockingTransactions")
        client.register({"account.js": JS}, "shop", args=[0])
        client.register({"gate.js": GATE}, "gate")
        yield client


@pytest.fixture
def service(kernel: LocalProcess) -> Iterator[Any]:
    with grpc.insecure_channel(kernel.address) as channel:
        yield client_pb2_grpc.ClientServiceStub(channel)


def asked(method: Callable[[Any], Any], request: Any) -> Any:
    try:
        return method(request)
    except grpc.RpcError as error:
        raise from_rpc_error(error) from None


def open_one(client: amino.BlockingClient) -> str:
    (found,) = [each for each in client.transactions() if each.phase == "open"]
    return found.id


def check_thieves(client: amino.BlockingClient, service: Any, name: str, maker: str) -> None:
    """Neither by gRPC nor by a lane, with no key, another one, or the word of an operator, is it committed by others, or ended."""
    commits = [client_pb2.EndTransactionRequest(transaction=name, commit=True, key=key, operator=bool(key)) for key in ("", "a guess")]
    ends = [client_pb2.EndTransactionRequest(transaction=name, key=key, reason="I want it") for key in ("", "a guess")]
    for request in (*commits, *ends):
        with pytest.raises(PermissionDenied, match=f"{maker}.* nobody else may .*amino abort"):
            asked(service.EndTransaction, request)
        with pytest.raises(PermissionDenied):
            client.run(client.core.connections.request("EndTransaction", request))


@pytest.mark.parametrize("program", PROGRAMS)
def test_nobody_ends_the_transaction_of_another_client(
    client: amino.BlockingClient, kernel: LocalProcess, service: Any, program: str
) -> None:
    command, text = PROGRAMS[program]
    words = [word % {"sdk": str(ROOT / "sdk"), "address": kernel.address} for word in (*command, text)]
    account = client.get("account")
    for answer, change in (("commit", 1), ("undo", 0)):
        before: int = account.add(0)
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == "inside\n"
            check_thieves(client, service, open_one(client), "client ")
            _, said = running.communicate(answer + "\n", timeout=60)
        assert (running.returncode == 0) == (answer == "commit"), said
        assert answer == "commit" or "undone" in said
        wait_until(lambda: not client.transactions(), "that all objects know", 20)
        assert account.add(0) == before + change


def test_grpc_shows_its_key(client: amino.BlockingClient, service: Any) -> None:
    for commit in (True, False):
        key = uuid.uuid4().hex
        name = asked(service.BeginTransaction, client_pb2.BeginTransactionRequest(request_id=uuid.uuid4().hex, key=key)).transaction
        check_thieves(client, service, name, "client ")
        answer = asked(service.EndTransaction, client_pb2.EndTransactionRequest(transaction=name, commit=commit, key=key))
        assert not answer.HasField("ended")


def test_that_of_an_object_is_not_ended_by_clients(client: amino.BlockingClient, kernel: LocalProcess, service: Any) -> None:
    account, gate = client.get("account"), client.get("gate")
    before: int = account.add(0)

    def sell() -> None:
        with amino.connect(kernel.address, deadline=60) as other:
            other.get("shop").sell("account", "gate")

    with ThreadPoolExecutor(1) as threads:
        selling = threads.submit(sell)
        wait_until(lambda: any(each.parts for each in client.transactions()), "that the account takes part", 20)
        try:
            check_thieves(client, service, open_one(client), "object ")
        finally:
            gate.open()
        selling.result()
    assert account.add(0) == before + 1


def test_an_operator_ends_any(client: amino.BlockingClient, kernel: LocalProcess) -> None:
    account = client.get("account")
    before: int = account.add(0)
    with amino.connect(kernel.address) as operator:
        with pytest.raises(TransactionAborted, match="enough"), client.transaction() as transaction:
            account.add(1)
            operator.abort(transaction.id, "enough")
        with client.transaction() as transaction:
            account.add(1)
        with pytest.raises(AminoError, match="is committed"):
            operator.abort(transaction.id)
    assert account.add(0) == before + 1
