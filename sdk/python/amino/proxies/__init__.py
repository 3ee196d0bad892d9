"""The callers' parts of deployment managers, in the client's own process."""

from amino.proxies.proxies import Proxies

__all__ = ["Proxies"]
