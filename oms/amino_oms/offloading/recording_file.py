"""Recordings as files: lines of JSON, written by the simulator and by kernels (docs/offloading.md has the format)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, cast

from amino_wire.errors import ArgumentInvalid

from amino_oms.offloading.calls import Call, Request
from amino_oms.offloading.energy import EnergyModel
from amino_oms.offloading.filling import Filling
from amino_oms.offloading.hosts import Host, HostView, LinkView, View
from amino_oms.offloading.objective import Objective
from amino_oms.offloading.recording import Recorded, Recording

FORMAT = 1
BETWEEN = ">"
_CALL_FIELDS = {
    "object": str,
    "class": str,
    "member": str,
    "argument_bytes": float,
    "result_bytes": float,
    "state_bytes": float,
    "repeatable": bool,
    "caller": int,
    "times": int,
}


def lines_of(recording: Recording) -> Iterator[str]:
    """The lines of a recording, without line ends."""
    objective = {name: value for name, value in asdict(recording.objective).items() if value != math.inf}
    hosts = [{"host": host.host_id, "kind": host.kind, "energy": asdict(host.energy)} for host in recording.hosts.values()]
    yield json.dumps({"amino_recording": FORMAT, "hosts": hosts, "objective": objective})
    for each in recording.requests:
        calls = [
            {
                "object": call.object_id,
                "class": call.class_name,
                "member": call.member,
                "argument_bytes": call.argument_bytes,
                "result_bytes": result,
                "state_bytes": call.state_bytes,
                "repeatable": call.repeatable,
                "caller": call.caller,
                "times": call.times,
                "seconds": dict(seconds),
            }
            for call, result, seconds in zip(each.request.calls, each.results, each.executions, strict=True)
        ]
        line: dict[str, Any] = {"at": each.at, "client": each.request.client, "calls": calls}
        line["links"] = _links(each.links)
        line["gone"] = sorted(each.gone)
        seen = {name: [host.reachable, host.load] for name, host in each.view.hosts.items()}
        line["seen"] = {"hosts": seen, "links": _links(each.view.links)}
        if each.taken:
            line["taken"] = dict(each.taken)
        yield json.dumps(line)


def read_lines(lines: Iterable[str]) -> Recording:
    """The recording that lines say. Executions on hosts where a call did not run are filled in from its neighbours (`filling`).

    Raises ArgumentInvalid, with the number of the line, for a line that is not of the format.
    """
    hosts: dict[str, Host] = {}
    objective = Objective()
    found: list[Recorded] = []
    begun = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if not begun:
                hosts, objective = _head(entry)
                begun = True
            else:
                found.append(_recorded(entry, hosts, found[-1].at if found else -math.inf))
        except (KeyError, TypeError, ValueError, AttributeError, ArgumentInvalid) as error:
            raise ArgumentInvalid(f"line {number} of the recording is not of its format: {_reason(error)}") from error
    if not found:
        raise ArgumentInvalid("the recording has no requests; it needs a head and a line for each request")
    filling = Filling(hosts, found)
    return Recording(hosts, objective, filling.requests, filling.share)


def _reason(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _links(links: Mapping[tuple[str, str], LinkView]) -> dict[str, list[float]]:
    return {f"{one}{BETWEEN}{other}": [link.round_trip, link.bandwidth] for (one, other), link in links.items()}


def _head(entry: Any) -> tuple[dict[str, Host], Objective]:
    if not isinstance(entry, dict) or "amino_recording" not in entry:
        raise ValueError("the first line must be the head, with amino_recording, hosts and objective")
    head = cast("dict[str, Any]", entry)
    if head["amino_recording"] != FORMAT:
        raise ValueError(f"the format is {head['amino_recording']!r}; this version reads {FORMAT}")
    hosts = {str(each["host"]): Host(str(each["host"]), str(each["kind"]), EnergyModel.of(each["energy"])) for each in head["hosts"]}
    if not hosts:
        raise ValueError("the head names no hosts")
    weights = {str(name): _number(value) for name, value in head.get("objective", {}).items()}
    return hosts, Objective(**weights)


def _recorded(entry: Any, hosts: Mapping[str, Host], before: float) -> Recorded:
    at = _number(entry["at"])
    if at < before:
        raise ValueError(f"its time {at} is before the last line's, {before}")
    client = _host(entry["client"], hosts)
    calls = tuple(_call(each, place) for place, each in enumerate(entry["calls"]))
    if not calls or calls[0].caller >= 0:
        raise ValueError("the first of its calls must be the client's")
    executions = tuple({_host(host, hosts): _number(seconds) for host, seconds in each["seconds"].items()} for each in entry["calls"])
    results = tuple(_number(each.get("result_bytes", 0.0)) for each in entry["calls"])
    links = _read_links(entry["links"], hosts)
    gone = frozenset(_host(host, hosts) for host in entry.get("gone", ()))
    if client in gone:
        raise ValueError(f"the client {client!r} is among the hosts that are gone")
    seen = entry.get("seen", {})
    known = seen.get("hosts", {host: [True, 0.0] for host in hosts})
    view_hosts = {_host(host, hosts): HostView(bool(alive), _number(load)) for host, (alive, load) in known.items()}
    view = View(at, view_hosts, _read_links(seen["links"], hosts) if "links" in seen else links)
    taken = {str(name): _host(host, hosts) for name, host in entry.get("taken", {}).items()}
    return Recorded(at, Request(client, calls), executions, results, links, gone, view, taken)


def _call(entry: Any, place: int) -> Call:
    for name, value in entry.items():
        wanted = _CALL_FIELDS.get(name)
        if wanted is not None and not isinstance(value, (int, float) if wanted is float else wanted):
            raise ValueError(f"{name} of a call is {value!r}")
    caller = int(entry.get("caller", -1))
    if caller >= place or caller < -1:
        raise ValueError(f"call {place} has the caller {caller}; callers come before the calls they make")
    times = int(entry.get("times", 1))
    if times < 1:
        raise ValueError(f"times of a call is {times}")
    return Call(
        object_id=str(entry["object"]),
        class_name=str(entry["class"]),
        member=str(entry["member"]),
        argument_bytes=_number(entry.get("argument_bytes", 0.0)),
        state_bytes=_number(entry.get("state_bytes", 0.0)),
        repeatable=bool(entry.get("repeatable", False)),
        caller=caller,
        times=times,
    )


def _read_links(entry: Any, hosts: Mapping[str, Host]) -> dict[tuple[str, str], LinkView]:
    found: dict[tuple[str, str], LinkView] = {}
    for name, (round_trip, bandwidth) in entry.items():
        one, between, other = str(name).partition(BETWEEN)
        if not between:
            raise ValueError(f"the link {name!r} is not written as one{BETWEEN}other")
        link = LinkView(_number(round_trip), _number(bandwidth))
        if link.bandwidth <= 0:
            raise ValueError(f"the link {name!r} has the bandwidth {bandwidth!r}")
        found[_host(one, hosts), _host(other, hosts)] = link
    return found


def _host(name: Any, hosts: Mapping[str, Host]) -> str:
    if name not in hosts:
        raise ValueError(f"the host {name!r} is not in the head")
    return str(name)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"{value!r} is not a number from 0 on")
    return float(value)
