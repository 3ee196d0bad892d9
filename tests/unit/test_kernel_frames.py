"""Frames between kernels come as calls, which any client can send: only kernels of the cluster are let in."""

from __future__ import annotations

from typing import cast

import pytest
from amino_kernel.replication.frame_call import METHOD, TARGET, arguments, read
from amino_kernel.replication.frame_door import FrameDoor
from amino_kernel.replication.groups import Groups
from amino_wire.errors import AminoError, PermissionDenied
from amino_wire.frames import CallOptions
from amino_wire.lane import IncomingCall
from amino_wire.proof import ClusterSecret
from amino_wire.values import EncodedValue, encode

OWN = "127.0.0.1:7500"


class NotingGroups:
    """Notes frames."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def received(self, frame: bytes) -> None:
        self.frames.append(frame)


def call(args: EncodedValue, target: str = TARGET, method: str = METHOD) -> IncomingCall:
    return IncomingCall(1, 0, target, method, args, CallOptions(), 60.0)


def door(groups: NotingGroups, secret: ClusterSecret) -> FrameDoor:
    return FrameDoor(cast("Groups", groups), secret, lambda: OWN)


def known() -> ClusterSecret:
    secret = ClusterSecret()
    secret.take("of the cluster")
    return secret


def test_a_frame_comes_as_it_was_sent() -> None:
    groups, secret = NotingGroups(), known()
    assert door(groups, secret).take(call(arguments(secret.token(OWN), b"a frame"))) == EncodedValue(encode(None))
    assert groups.frames == [b"a frame"]


@pytest.mark.parametrize("proof", ["", "guessed", known().token("127.0.0.1:7501")])
def test_nobody_else_is_let_in(proof: str) -> None:
    groups = NotingGroups()
    with pytest.raises(PermissionDenied, match="kernels of the cluster only"):
        door(groups, known()).take(call(arguments(proof, b"a frame")))
    assert not groups.frames


def test_a_kernel_that_knows_no_secret_lets_nobody_in() -> None:
    with pytest.raises(PermissionDenied):
        door(NotingGroups(), ClusterSecret()).take(call(arguments("", b"a frame")))


def test_other_calls_are_none_of_its_business() -> None:
    assert door(NotingGroups(), known()).take(call(EncodedValue(b"\x90"), target="an object")) is None
    assert door(NotingGroups(), known()).take(call(EncodedValue(b"\x90"), method="get")) is None


@pytest.mark.parametrize("args", [b"\x90", encode(["proof"]), encode([1, b""]), encode(["", ""]), b"\xc1"])
def test_what_is_no_frame_is_refused(args: bytes) -> None:
    with pytest.raises(AminoError):
        read(EncodedValue(args))
