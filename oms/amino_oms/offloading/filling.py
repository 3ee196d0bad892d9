"""Executions that nobody measured, since a call ran on another host: taken from its neighbours in the recording."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from amino_oms.offloading.calls import size_class
from amino_oms.offloading.declared import declared_slowness
from amino_oms.offloading.hosts import Host
from amino_oms.offloading.recording import Recorded


class Filling:
    """Fills in the executions that a recording lacks.

    A call that ran on another host alone is thought to take there what it took where it ran, times the ratio of both hosts: by the
    nearest measurements in time of the same class, member and size, else of any size, else by the declared speeds of their kinds.

    Attributes:
        requests: the requests with an execution of each call on each host.
        share: of all executions, those that were filled in.
    """

    def __init__(self, hosts: Mapping[str, Host], requests: Sequence[Recorded]) -> None:
        self._hosts = hosts
        self._measured: dict[tuple[str, str, int | None, str], list[tuple[float, float]]] = {}
        for each in requests:
            for call, seconds in zip(each.request.calls, each.executions, strict=True):
                for size in (size_class(call.argument_bytes), None):
                    for host, value in seconds.items():
                        cell = (call.class_name, call.member, size, host)
                        self._measured.setdefault(cell, []).append((each.at, value))
        total = filled = 0
        found: list[Recorded] = []
        for each in requests:
            executions: list[Mapping[str, float]] = []
            for call, seconds in zip(each.request.calls, each.executions, strict=True):
                missing = [host for host in hosts if host not in seconds]
                total += len(hosts)
                filled += len(missing)
                more = {host: self._guess(each.at, call.class_name, call.member, call.argument_bytes, seconds, host) for host in missing}
                executions.append({**seconds, **more})
            found.append(replace(each, executions=tuple(executions)))
        self.requests = tuple(found)
        self.share = filled / total if total else 0.0

    def _guess(self, at: float, class_name: str, member: str, size: float, seconds: Mapping[str, float], host: str) -> float:
        for part in (size_class(size), None):
            there = self._near(at, (class_name, member, part, host))
            if there is None:
                continue
            ratios = [
                math.log(value / here)
                for other, value in seconds.items()
                if value > 0 and (here := self._near(at, (class_name, member, part, other))) is not None and here > 0
            ]
            return there * math.exp(sum(ratios) / len(ratios)) if ratios else there
        for other, value in seconds.items():
            return value * declared_slowness(self._hosts[host].kind) / declared_slowness(self._hosts[other].kind)
        return 0.1 * declared_slowness(self._hosts[host].kind)

    def _near(self, at: float, cell: tuple[str, str, int | None, str], count: int = 5) -> float | None:
        """The median of the measurements that are nearest in time."""
        values = self._measured.get(cell)
        if not values:
            return None
        nearest = sorted(values, key=lambda each: abs(each[0] - at))[:count]
        return sorted(value for _, value in nearest)[len(nearest) // 2]
