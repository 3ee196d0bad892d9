"""A map in three guest languages, the object of the key-value suite, and how it is used through the kernels of a cluster."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amino_dms.chain import Chain
from amino_wire.artifacts import pack_files
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import DEFAULT, decode, encode

from tests.cluster.client import ENTRIES, Client

MAP_JS = """
module.exports = class KeyValue {
  static readOnly = ['get', 'size', 'keys'];
  constructor(entries) { this.entries = new Map(entries instanceof Map ? entries : Object.entries(entries ?? {})); }
  get(key) { return this.entries.has(key) ? this.entries.get(key) : null; }
  size() { return this.entries.size; }
  keys() { return [...this.entries.keys()].sort(); }
  delete(key) { return this.entries.delete(key); }
  put(key, value) { const before = this.get(key); this.entries.set(key, value); return before; }
  add(key, amount) { this.entries.set(key, (this.get(key) ?? 0) + amount); return this.get(key); }
  compare_and_set(key, old, value) {
    if (this.get(key) !== old) return false;
    this.entries.set(key, value);
    return true;
  }
  peek(key) { return this.get(key); }
  fail(message) { throw new RangeError(message); }
};
"""

MAP_PYTHON = """
class KeyValue:
    __read_only__ = ["get", "size", "keys"]

    def __init__(self, entries=None):
        self.entries = dict(entries or {})

    def get(self, key):
        return self.entries.get(key)

    def size(self):
        return len(self.entries)

    def keys(self):
        return sorted(self.entries)

    def delete(self, key):
        return self.entries.pop(key, self) is not self

    def put(self, key, value):
        before = self.entries.get(key)
        self.entries[key] = value
        return before

    def add(self, key, amount):
        self.entries[key] = self.entries.get(key, 0) + amount
        return self.entries[key]

    def compare_and_set(self, key, old, new):
        if self.entries.get(key) != old:
            return False
        self.entries[key] = new
        return True

    def peek(self, key):
        return self.entries.get(key)

    def fail(self, message):
        raise ValueError(message)
"""

MAP_RUBY = """
class KeyValue
  READ_ONLY = [:get, :size, :keys].freeze

  def initialize(entries = {})
    @entries = entries.dup
  end

  def get(key) = @entries[key]

  def size = @entries.size

  def keys = @entries.keys.sort

  def delete(key)
    there = @entries.key?(key)
    @entries.delete(key)
    there
  end

  def put(key, value)
    before = @entries[key]
    @entries[key] = value
    before
  end

  def add(key, amount) = @entries[key] = (@entries[key] || 0) + amount

  def compare_and_set(key, old, value)
    return false unless @entries[key] == old

    @entries[key] = value
    true
  end

  def peek(key) = @entries[key]

  def fail(message)
    raise ArgumentError, message
  end
end
"""

MAPS = {"js": MAP_JS, "python": MAP_PYTHON, "ruby": MAP_RUBY}
FAILURES = {"js": "RangeError", "python": "ValueError", "ruby": "ArgumentError"}
"""What `fail` raises."""


def specs(chain: Chain) -> list[common_pb2.DeploymentManagerSpec]:
    """A chain as it is registered."""
    return [
        common_pb2.DeploymentManagerSpec(name=name, config=encode(dict(settings)) if settings else b"") for name, settings in chain.specs()
    ]


def labelled(key: str, value: str) -> common_pb2.Selector:
    """Requires a kernel with that label."""
    requirement = common_pb2.Requirement(key=key, operator=common_pb2.Requirement.OPERATOR_IN, values=[value])
    return common_pb2.Selector(terms=[common_pb2.Term(requirements=[requirement])])


async def put_map(client: Client, language: str) -> common_pb2.Artifact:
    """The artifact of the map in a language; put once, it serves all objects."""
    packed = pack_files({ENTRIES[language]: MAPS[language].encode()})
    artifact = common_pb2.Artifact(hash=packed.hash, language=language, entry=ENTRIES[language], size=len(packed.data))

    async def parts() -> Any:
        yield client_pb2.PutArtifactRequest(artifact=artifact)
        yield client_pb2.PutArtifactRequest(chunk=packed.data)

    return (await client.ask("PutArtifact", parts())).artifact


async def register_map(
    client: Client, artifact: common_pb2.Artifact, chain: Chain, entries: Mapping[str, Any], where: common_pb2.Selector | None = None
) -> common_pb2.ObjectRecord:
    """A map with that chain and those entries, on a kernel that fits. Raises ChainInvalid where the chain cannot work."""
    request = client_pb2.RegisterRequest(
        name=f"map-{uuid.uuid4().hex[:12]}",
        artifact=artifact,
        args=DEFAULT.encode_array([dict(entries)]),
        request_id=uuid.uuid4().hex,
        deployment_managers=specs(chain),
        selector=where,
    )
    return (await client.ask("Register", request, 120)).object


@dataclass(frozen=True, slots=True)
class ClusterMap:
    """A map as one client of a real kernel sees it; see `amino_testkit.suites.key_value.MapCaller`."""

    client: Client
    object_id: str
    transaction: str = ""
    budget_ms: int = 60_000

    async def call(self, method: str, *args: Any, request_id: str = "") -> Any:
        """Calls a member over the client's lane."""
        options = {"request_id": request_id} if request_id else {}
        return await self.client.call(self.object_id, method, *args, transaction_id=self.transaction, budget_ms=self.budget_ms, **options)

    async def command(self, name: str, *args: Any) -> Any:
        """A command of a deployment manager, over gRPC."""
        request = client_pb2.CommandRequest(target=self.object_id, command=name, args=DEFAULT.encode_array(args))
        answer: client_pb2.CommandResponse = await self.client.ask("Command", request, self.budget_ms / 1000)
        return decode(answer.value)

    def within(self, transaction: str) -> ClusterMap:
        """The same map, for calls of a transaction."""
        return ClusterMap(self.client, self.object_id, transaction, self.budget_ms)
