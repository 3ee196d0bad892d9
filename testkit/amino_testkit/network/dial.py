"""How a simulated process reaches others: see `amino_kernel.links.dial.Dial`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError, KernelUnavailable
from amino_wire.lane import CONNECT_SECONDS
from amino_wire.proof import shown
from amino_wire.protocol import Role

from amino_testkit.network.lane import LaneEnd, Listeners
from amino_testkit.network.network import Network
from amino_testkit.network.rpc_channel import Places, RpcChannel
from amino_testkit.world.process import Process

LANE = "/lane"
"""Behind the name of a place: the address of its lane."""
SESSION = "/session"
"""Behind the name of a place: where it takes sessions, which travel as lanes do."""


class SimulatedDial:
    """Opens connections of one process.

    Arguments:
        network: how messages travel.
        process: whose.
        places: who answers requests, by address.
        listeners: who takes lanes, by address.
    """

    def __init__(self, network: Network, process: Process, places: Places, listeners: Listeners) -> None:
        self._network, self._process, self._places, self._listeners = network, process, places, listeners

    def channel(self, address: str) -> Any:
        """A channel for requests."""
        return RpcChannel(self._network, self._process, address, self._places)

    async def lane(self, address: str, *, client_id: str, token: str | None, peer: str) -> FrameConnection:
        """A lane whose values stay encoded. Raises KernelUnavailable, PermissionDenied."""
        return await self.client_lane(address, client_id=client_id, token=token, peer=peer, role=Role.PEER, opaque=True)

    async def client_lane(
        self, address: str, *, client_id: str, token: str | None, peer: str, role: str = Role.CLIENT, **behaviour: Any
    ) -> FrameConnection:
        """A lane with more to say about it: see `amino_wire.connection.FrameConnection`. Raises as `lane`."""
        place = address.removesuffix(LANE).removesuffix(SESSION)
        end = LaneEnd(self._network, self._process, place, peer, **behaviour)
        end.connect(address, self._listeners)
        end.hello(client_id, token, role)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await end.greeted()
        except AminoError:
            end.close()
            raise
        except TimeoutError:
            end.close()
            raise KernelUnavailable(f"{peer} does not answer at {address} within {CONNECT_SECONDS:.0f} s") from None
        except BaseException:
            end.close()
            raise
        return end

    async def session(self, channel: Any, *, client_id: str, proof: Sequence[tuple[str, str]], peer: str) -> FrameConnection:
        """The same with the token that the metadata `proof` shows. Raises KernelUnavailable, PermissionDenied."""
        token = shown(proof).decode()
        return await self.lane(self.session_of(channel), client_id=client_id, token=token, peer=peer)

    def session_of(self, channel: Any) -> str:
        """Where the kernel at the other end of a channel takes sessions."""
        return str(channel.address) + SESSION
