"""Takes frames of other kernels, which come as calls through the JVM half, or over sockets of their own."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from amino_kernel.replication.frame_call import METHOD, OPEN, TARGET, read
from amino_kernel.replication.frame_listener import FrameListener
from amino_kernel.replication.frame_sockets import FramePlaces
from amino_kernel.replication.groups import Groups
from amino_wire.errors import KernelUnavailable, Outcome, PermissionDenied
from amino_wire.lane import IncomingCall
from amino_wire.proof import ClusterSecret
from amino_wire.values import EncodedValue, encode

_NOTHING = EncodedValue(b"\xc0")


class FrameDoor:
    """Lets in kernels of the cluster only: clients can send any call, too.

    Arguments:
        groups: the members that live here.
        secret: of the cluster.
        address: this kernel's gRPC address, for which others make their proof.
        places: where sockets for frames alone are taken; None: nowhere.
    """

    def __init__(self, groups: Groups, secret: ClusterSecret, address: Callable[[], str], places: FramePlaces | None = None) -> None:
        self._groups, self._secret, self._address, self._places = groups, secret, address, places
        self._listener = FrameListener(self._is_proof, groups.received)

    def take(self, call: IncomingCall) -> EncodedValue | None:
        """The answer to a frame; None: the call is another one.

        Raises:
            PermissionDenied: it does not come from a kernel of the cluster.
            AminoError: it cannot be read.
        """
        if call.target != TARGET or call.method != METHOD:
            return None
        assert isinstance(call.args, EncodedValue), "the lane of the JVM half leaves values encoded"
        self._groups.received(self._shown(call.args, METHOD))
        return _NOTHING

    async def open(self, method: str, args: EncodedValue) -> EncodedValue:
        """At which addresses frames are taken without the JVM half, for a kernel that asks.

        Raises:
            PermissionDenied: it is none of the cluster.
            KernelUnavailable: there are none.
            AminoError: it cannot be read.
        """
        self._shown(args, method)
        if method != OPEN or self._places is None:
            raise KernelUnavailable("this kernel takes frames as calls only", outcome=Outcome.NOT_RUN)
        try:
            return EncodedValue(encode(await self._places.listen(self._listener.accept)))
        except OSError as error:
            raise KernelUnavailable(f"this kernel cannot listen for frames: {error}", outcome=Outcome.NOT_RUN) from error

    def close(self) -> None:
        """Nothing is taken any more."""
        self._listener.close()
        if self._places is not None:
            self._places.close()

    def _shown(self, args: EncodedValue, method: str) -> bytes:
        proof, frame = read(args)
        if not self._is_proof(proof):
            raise PermissionDenied(f"{TARGET}.{method} is for kernels of the cluster only")
        return frame

    def _is_proof(self, proof: str) -> bool:
        wanted = self._secret.token(self._address()) if self._secret.known else ""
        return bool(wanted) and hmac.compare_digest(wanted.encode(), proof.encode())
