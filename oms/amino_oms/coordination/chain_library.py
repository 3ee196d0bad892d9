"""The chains of records, compiled once for all objects that have the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amino_dms.api import Node, Trait
from amino_dms.chain import COORDINATOR, Chain, Registry, check
from amino_dms.runtime.records import specs_key, specs_of, view_of
from amino_wire.errors import ChainInvalid, NotTransactional
from amino_wire.pb import common_pb2
from amino_wire.pb.common_pb2 import DeploymentManagerSpec as Spec
from amino_wire.records import title_of

_LIMIT = 10_000


class ChainLibrary:
    """Turns the specs of records into chains.

    Arguments:
        registry: the deployment managers there are; those installed, looked up at the first need, unless given.
    """

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self._chains: dict[bytes, Chain] = {}

    def chain_of(self, record: common_pb2.ObjectRecord) -> Chain:
        """The chain of a record. Raises ChainInvalid for a manager that is not installed here, or a setting that cannot be right."""
        key = specs_key(record)
        chain = self._chains.get(key)
        if chain is None:
            if self._registry is None:
                self._registry = Registry.installed()
            chain = Chain.of(specs_of(record), self._registry).here
            if len(self._chains) >= _LIMIT:
                self._chains.clear()
            self._chains[key] = chain
        return chain

    def check(self, record: common_pb2.ObjectRecord) -> None:
        """Raises ChainInvalid, with the reason, where the managers cannot work together."""
        if record.spec.deployment_managers:
            check(self.chain_of(record).whole)

    def check_follows(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        """Raises ChainInvalid, with the reason, where a manager cannot go on with other settings in an object that lives."""
        then, now = self.chain_of(before), self.chain_of(after)
        _check_divided(then, now, title_of(after))
        self._check_splits(before, after)
        former = {manager.name: manager for manager in then.managers}
        interface = view_of(after).interface
        for manager in now.managers:
            problem = manager.misses(interface)
            if problem is not None:
                raise ChainInvalid(f"{manager.name} cannot work on object {title_of(after)}: {problem}")
            known = former.get(manager.name)
            reason = None if known is None else manager.follows(known.config)
            if reason is not None:
                raise ChainInvalid(f"{manager.name} of object {title_of(after)} cannot be changed so: {reason}")

    def _check_splits(self, before: common_pb2.ObjectRecord, after: common_pb2.ObjectRecord) -> None:
        """Raises ChainInvalid where shards that split would be others that do not, or the other way round: the part that knows their keys
        would leave a group at work, or come to its replicas at different places of their log."""
        if self.chain_of(after).divider is None:
            return
        then, now = self.hinders_split(before), self.hinders_split(after)
        if (then is None) != (now is None):
            raise ChainInvalid(
                f"the chain behind DHT of object {title_of(after)} cannot be changed so, since its shards could{' not' if then else ''} "
                f"split and join, and can{'not' if now else ''} then: {then or now}. Register it anew with that chain "
                "(`amino register … --replace`)"
            )

    def needs_state(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether a manager of the chain needs the object's state. Raises ChainInvalid as `chain_of`."""
        return bool(record.spec.deployment_managers) and self.chain_of(record).needs_state()

    def savers(self, record: common_pb2.ObjectRecord) -> tuple[str, ...]:
        """The names of the managers that save the object durably. Raises ChainInvalid as `chain_of`."""
        return self.chain_of(record).whole.savers() if record.spec.deployment_managers else ()

    def may_sleep(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether the object comes back as it was when it ends between two calls. Raises ChainInvalid as `chain_of`."""
        return bool(record.spec.deployment_managers) and self.chain_of(record).may_sleep()

    def shard_managers(self, record: common_pb2.ObjectRecord) -> list[common_pb2.DeploymentManagerSpec] | None:
        """See `Coordination.shard_managers`."""
        chain = self.chain_of(record)
        if chain.behind is None or chain.divider is None:
            return None
        behind = list(record.spec.deployment_managers)[len(chain) :]
        return behind if self.hinders_split(record) is not None else [Spec(name=chain.divider.shard_part), *behind]

    def hinders_split(self, record: common_pb2.ObjectRecord) -> str | None:
        """See `Coordination.hinders_split`."""
        chain = self.chain_of(record)
        if chain.behind is None or chain.divider is None:
            return "it has no shards"
        return chain.divider.splits(view_of(record).interface, chain.behind.managers)

    def transaction_manager(self, record: common_pb2.ObjectRecord) -> int:
        """The place in the chain of the manager that takes part in transactions over several objects.

        Raises:
            NotTransactional: there is none, or the object would forget what was committed.
            ChainInvalid: as `chain_of`.
        """
        chain = self.chain_of(record)
        reason = chain.joint_refusal
        if reason is not None:
            raise NotTransactional(f"object {title_of(record)} {reason}", details={"object": record.id})
        return next(index for index, each in enumerate(chain.managers) if Trait.TRANSACTIONS in each.declares.traits)

    def is_ordered(self, record: common_pb2.ObjectRecord, index: int) -> bool:
        """Whether what the manager at a place of the chain decides is an entry of a log. Raises ChainInvalid as `chain_of`."""
        return self.chain_of(record).replicating(index) is not None

    def has_coordinators(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether the chain has a coordinator. Raises ChainInvalid as `chain_of`."""
        return bool(record.spec.deployment_managers) and self.chain_of(record).has(COORDINATOR)

    def refusals(
        self, record: common_pb2.ObjectRecord, kernels: Iterable[common_pb2.KernelRecord], origin: common_pb2.KernelRecord | None
    ) -> Mapping[str, str]:
        """See `Coordination.refusals`."""
        if not record.spec.deployment_managers:
            return {}
        chain = self.chain_of(record)
        made_on = None if origin is None else node_of(origin)
        reasons = ((kernel.id, chain.refuses(node_of(kernel), made_on)) for kernel in kernels)
        return {kernel_id: reason for kernel_id, reason in reasons if reason is not None}


def _check_divided(then: Chain, now: Chain, title: str) -> None:
    """Raises ChainInvalid where the state of an object that lives would be in other places than before."""
    before, after = then.divider, now.divider
    if after is not None and before is None:
        raise ChainInvalid(
            f"{after.name} cannot be attached to object {title}: its state is in one place, and would have to be divided. Register it anew "
            "with that chain (`amino register … --replace`)"
        )
    if before is not None and after is None:
        raise ChainInvalid(
            f"{before.name} cannot be taken from object {title}: its state is in its shards. Register it anew with the other chain "
            "(`amino register … --replace`)"
        )


def node_of(kernel: common_pb2.KernelRecord) -> Node:
    """A kernel as managers see it."""
    return Node(kernel.id, dict(kernel.labels))
