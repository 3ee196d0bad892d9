"""Hosts for the parts of deployment managers, and the protocols that a process must implement to host them."""

from amino_dms.runtime.coordinator_runtime import CoordinatorRuntime
from amino_dms.runtime.hosts import CoordinatorHost, InstanceHost, ObjectView, PartAddress, PartHost, ProxyHost
from amino_dms.runtime.instance_chain import InstanceChain
from amino_dms.runtime.kernels import durable_prefix, durable_prefixes
from amino_dms.runtime.proxy_chain import AnswerNow, ProxyChain

__all__ = [
    "AnswerNow",
    "CoordinatorHost",
    "CoordinatorRuntime",
    "InstanceChain",
    "InstanceHost",
    "ObjectView",
    "PartAddress",
    "PartHost",
    "ProxyChain",
    "ProxyHost",
    "durable_prefix",
    "durable_prefixes",
]
