"""The chains of records, compiled once for all objects that have the same."""

from __future__ import annotations

from dataclasses import dataclass

from amino_dms.chain import KEPT, Chain, Registry
from amino_dms.runtime.records import specs_key, specs_of, view_of
from amino_wire.instances import FIRST
from amino_wire.pb import common_pb2

from amino_kernel.instances.chains import Routing
from amino_kernel.instances.instance import ChainFacts

LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The facts of a record that each call asks for.

    Arguments:
        chain: of the object.
        proxied: whether proxies take part in calls.
        alone: whether it has one replica.
        first: the path of its first replica.
    """

    chain: Chain
    proxied: bool
    alone: bool
    first: str


class CompiledChains:
    """Turns the specs of records into chains.

    Arguments:
        registry: the deployment managers there are; those installed, looked up at the first need, unless given.
    """

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self._compiled: dict[bytes, Chain] = {}
        self._of_record: dict[int, tuple[common_pb2.ObjectRecord, CallFacts]] = {}

    @property
    def registry(self) -> Registry:
        """The deployment managers there are."""
        if self._registry is None:
            self._registry = Registry.installed()
        return self._registry

    def of(self, record: common_pb2.ObjectRecord) -> Chain:
        """The chain of a record.

        Raises:
            ChainInvalid: A manager is not installed here, or a setting cannot be right.
        """
        return self.call_facts(record).chain

    def call_facts(self, record: common_pb2.ObjectRecord) -> CallFacts:
        """What calls ask of a record; raises as `of`."""
        # A record is never changed, but replaced. Each call asks, and a key has every manager of the chain serialised.
        known = self._of_record.get(id(record))
        if known is not None and known[0] is record:
            return known[1]
        chain, replicas = self._chain(record), record.status.replicas
        facts = CallFacts(chain, bool(chain.callers()), len(replicas) == 1, replicas[0].path if replicas else FIRST)
        if len(self._of_record) >= LIMIT:
            self._of_record.clear()
        self._of_record[id(record)] = (record, facts)
        return facts

    def _chain(self, record: common_pb2.ObjectRecord) -> Chain:
        key = specs_key(record)
        chain = self._compiled.get(key)
        if chain is None:
            chain = Chain.of(specs_of(record), self.registry).here
            if len(self._compiled) >= LIMIT:
                self._compiled.clear()
            self._compiled[key] = chain
        return chain

    def facts(self, record: common_pb2.ObjectRecord) -> ChainFacts:
        """The facts of its chain that the state of an instance needs; raises as `of`."""
        if not record.spec.deployment_managers:
            return ChainFacts(record.spec.generation)
        return ChainFacts(record.spec.generation, specs_key(record), self.of(record).is_managed(view_of(record).interface, KEPT))

    def routing(self, record: common_pb2.ObjectRecord) -> Routing:
        """Where calls to an object go."""
        if not record.spec.deployment_managers:
            return Routing()
        chain, interface = self.of(record), view_of(record).interface
        on_path = chain.is_managed(interface, KEPT)
        rule = chain.rule(interface, KEPT)
        return Routing(on_path or bool(chain.callers()), not on_path, "" if rule is None else rule.value)
