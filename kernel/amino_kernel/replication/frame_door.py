"""Takes frames of other kernels, which come as calls through the JVM half."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from amino_kernel.replication.frame_call import METHOD, TARGET, read
from amino_kernel.replication.groups import Groups
from amino_wire.errors import PermissionDenied
from amino_wire.lane import IncomingCall
from amino_wire.proof import ClusterSecret
from amino_wire.values import EncodedValue

_NOTHING = EncodedValue(b"\xc0")


class FrameDoor:
    """Lets in kernels of the cluster only: clients can send any call, too.

    Arguments:
        groups: the members that live here.
        secret: of the cluster.
        address: this kernel's gRPC address, for which others make their proof.
    """

    def __init__(self, groups: Groups, secret: ClusterSecret, address: Callable[[], str]) -> None:
        self._groups, self._secret, self._address = groups, secret, address

    def take(self, call: IncomingCall) -> EncodedValue | None:
        """The answer to a frame; None: the call is another one.

        Raises:
            PermissionDenied: it does not come from a kernel of the cluster.
            AminoError: it cannot be read.
        """
        if call.target != TARGET or call.method != METHOD:
            return None
        assert isinstance(call.args, EncodedValue), "the lane of the JVM half leaves values encoded"
        proof, frame = read(call.args)
        wanted = self._secret.token(self._address()) if self._secret.known else ""
        if not wanted or not hmac.compare_digest(wanted.encode(), proof.encode()):
            raise PermissionDenied(f"{TARGET}.{METHOD} is for kernels of the cluster only")
        self._groups.received(frame)
        return _NOTHING
