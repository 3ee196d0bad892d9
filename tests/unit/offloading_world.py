"""Hosts, calls and measurements for the tests of offloading."""

from __future__ import annotations

from collections.abc import Mapping

from amino_oms.offloading.calls import Call, Measurement, Request
from amino_oms.offloading.energy import EnergyModel, Resources
from amino_oms.offloading.hosts import Host, HostView, LinkView, View
from amino_oms.offloading.objective import Objective

PHONE, EDGE, CLOUD = "phone", "edge", "cloud"
HOSTS = {
    PHONE: Host(PHONE, "phone", EnergyModel(processor=2.0, network=1.0, waiting=1.0)),
    EDGE: Host(EDGE, "edge", EnergyModel(counted=0.0)),
    CLOUD: Host(CLOUD, "cloud", EnergyModel(counted=0.0)),
}
OBJECTIVE = Objective(latency=1.0, energy=0.1)
LINK = LinkView(0.02, 1e6)


def view(now: float = 0.0, gone: tuple[str, ...] = (), link: LinkView = LINK, load: Mapping[str, float] | None = None) -> View:
    """All hosts alive but those that are gone, every link alike."""
    hosts = {host: HostView(host not in gone, (load or {}).get(host, 0.0)) for host in HOSTS}
    return View(now, hosts, {(PHONE, EDGE): link, (PHONE, CLOUD): link, (EDGE, CLOUD): link})


def call(size: float = 1000.0, state: float = 0.0, repeatable: bool = False, name: str = "object", **others: object) -> Call:
    """A call of one member."""
    fields: dict[str, object] = {"class_name": "Class", "member": "work", **others}
    return Call(object_id=name, argument_bytes=size, state_bytes=state, repeatable=repeatable, **fields)  # type: ignore[arg-type]


def request(*calls: Call) -> Request:
    """A request of the phone."""
    return Request(PHONE, calls or (call(),))


def measured(each: Call, host: str, seconds: float, at: float = 0.0, link: LinkView = LINK, failed: bool = False) -> Measurement:
    """What the stubs would measure of a call from the phone, over a link that does what is known of it."""
    if host == PHONE:
        return Measurement(at, each, host, PHONE, seconds, 0.0, used=Resources(processor=seconds))
    over = link.round_trip + each.argument_bytes / link.bandwidth
    waited = Resources(network=each.argument_bytes, waiting=over + seconds)
    used = Resources(processor=seconds, network=each.argument_bytes)
    return Measurement(at, each, host, PHONE, seconds, over, 0.0, used, waited, 0.0, link.round_trip, link.bandwidth, failed)
