"""Ids made up by clients."""

from __future__ import annotations

import uuid


def new_id() -> str:
    """An id for a request or a client: the same request, sent again, has the same one."""
    return uuid.uuid4().hex
