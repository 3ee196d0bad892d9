"""Transactions that wait for one another in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amino_dms.joint.transaction import JointTransaction, Member, Phase, Standing


def circle_from(start: str, transactions: Mapping[str, JointTransaction]) -> Sequence[tuple[JointTransaction, str, Member]]:
    """The waits of a circle that leads through a transaction: who waits, for which object, how. Empty: there is none."""
    path: list[tuple[JointTransaction, str, Member]] = []
    seen: set[str] = set()

    def search(name: str) -> bool:
        transaction = transactions.get(name)
        if transaction is None or name in seen or transaction.phase is not Phase.OPEN:
            return False
        seen.add(name)
        for object_id, member in transaction.members.items():
            if member.standing is not Standing.WAITS or not member.waits_for:
                continue
            path.append((transaction, object_id, member))
            if member.waits_for == start or search(member.waits_for):
                return True
            path.pop()
        return False

    return path if search(start) else ()


def youngest(circle: Sequence[tuple[JointTransaction, str, Member]]) -> JointTransaction:
    """The transaction of a circle that ends: the one that began last has done least. One clock knows."""
    return max((transaction for transaction, _, _ in circle), key=lambda each: (each.begun, each.name))


def describe(circle: Sequence[tuple[JointTransaction, str, Member]], transactions: Mapping[str, JointTransaction]) -> str:
    """Says who waits for whom, with objects, members and callers on both sides."""
    return "; ".join(_step(transaction, object_id, member, transactions) for transaction, object_id, member in circle)


def _step(transaction: JointTransaction, object_id: str, member: Member, transactions: Mapping[str, JointTransaction]) -> str:
    waits = f"{transaction.name} waits in {member.entry.member}, called by {member.entry.caller}"
    holder = transactions.get(member.waits_for)
    held = None if holder is None else holder.members.get(object_id)
    by = "" if held is None else f", which has it since {held.entry.member}, called by {held.entry.caller}"
    return f"{waits}, for {member.waits_for}{by}"
