"""The operator's way out where most of a group's disks are gone for good: those that are left go on, with what they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from amino_wire.errors import ArgumentInvalid

from amino_replication.configuration import Configuration, majority
from amino_replication.identity import MemberId


def given_up(configuration: Configuration, there: Collection[MemberId], kernels: Sequence[str]) -> Configuration:
    """The next configuration, of the members that are there. What only the others had is lost, and if one of them is still at work
    somewhere, there are two groups: nobody but an operator can know that it is not.

    Arguments:
        configuration: as it is stored.
        there: members that have answered.
        kernels: those whose disks are gone, as the operator says.

    Raises:
        ArgumentInvalid: the group needs no help, or nobody is left, or the operator has others in mind than those that are missing.
    """
    # Nothing was committed in an epoch that is not complete, unless the former members have it too.
    counting = configuration.members if configuration.complete else configuration.former
    left = tuple(member for member in counting if member in there)
    missing = sorted(member.kernel for member in counting if member not in there)
    if len(left) >= majority(len(counting)):
        raise ArgumentInvalid("most of the group is there: it goes on by itself, and nothing is to be given up")
    if not left:
        raise ArgumentInvalid(f"no member is there: nothing is left but the disks of {', '.join(missing)}; bring one of them back")
    if sorted(kernels) != missing:
        raise ArgumentInvalid(f"the group misses {', '.join(missing)}: name exactly these, once you know that they never come back")
    epoch = configuration.epoch + 1
    return replace(configuration, epoch=epoch, leader=left[0], members=left, former=left, joining=(), leaving=(), ended=())
