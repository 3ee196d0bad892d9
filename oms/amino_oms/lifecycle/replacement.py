"""A registration that takes the name of another object: what the new object keeps of it, and what may not be lost without a word."""

from __future__ import annotations

from amino_wire.errors import StateHeld, TransactionConflict
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import APPLICATION, title_of

from amino_oms.coordination.coordination import Coordination


class Replacement:
    """Compares one request with the object that has its name. That object may be another one at each look, until the name is taken."""

    def __init__(self, request: client_pb2.RegisterRequest, coordination: Coordination) -> None:
        self._request, self._coordination = request, coordination

    def complete(self, spec: common_pb2.ObjectSpec, old: common_pb2.ObjectRecord | None) -> None:
        """Writes managers, labels, selector and idle time into the spec of the new object: the request's, else the old one's."""
        request = self._request
        del spec.deployment_managers[:]
        spec.deployment_managers.extend(request.deployment_managers)
        spec.labels.clear()
        spec.labels.update(request.labels)
        spec.selector.CopyFrom(request.selector)
        spec.idle_ms = request.idle_ms
        if old is None:
            return
        if not request.deployment_managers and not request.no_deployment_managers:
            spec.deployment_managers.extend(old.spec.deployment_managers)
        if not request.HasField("selector"):
            spec.selector.CopyFrom(old.spec.selector)
        if not request.HasField("idle_ms"):
            spec.idle_ms = old.spec.idle_ms
        if request.no_labels:
            return
        for key, value in old.spec.labels.items():
            if key not in request.labels and (key == APPLICATION or not request.labels):
                spec.labels[key] = value

    def check(self, old: common_pb2.ObjectRecord) -> None:
        """Raises StateHeld where a manager holds the saved state of the old object, and the request does not say that it may go."""
        savers = () if self._request.discard_state else self._coordination.savers(old)
        if savers:
            raise StateHeld(
                f"object {title_of(old)} was not replaced: {' and '.join(savers)} holds its saved state, which would be "
                "deleted with it; say so with `--discard-state` (in programs discard_state), or register under another name",
                details={"object": old.id, "managers": list(savers)},
            )

    def confirm(self, record: common_pb2.ObjectRecord, old: common_pb2.ObjectRecord) -> None:
        """The new object has been made and takes the name. Raises as `check`, or TransactionConflict where the old object has changed."""
        self.check(old)
        wanted = common_pb2.ObjectSpec()
        self.complete(wanted, old)
        if _kept(wanted) != _kept(record.spec):
            raise TransactionConflict(
                f"object {title_of(old)} was not replaced: its managers, labels, selector or idle time changed meanwhile; try again"
            )


_Kept = tuple[list[common_pb2.DeploymentManagerSpec], dict[str, str], list[common_pb2.Term], int]


def _kept(spec: common_pb2.ObjectSpec) -> _Kept:
    return list(spec.deployment_managers), dict(spec.labels), list(spec.selector.terms), spec.idle_ms
