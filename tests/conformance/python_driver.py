"""The Python SDK behind the line protocol of this folder's README.md."""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

import amino
from amino_wire.errors import AminoError

from tests.support.neutral import Builder, describe


def answer(client: Any, command: dict[str, Any]) -> Any:
    """Carries one command out; returns its answer in neutral form."""
    arguments = [Builder().build(described) for described in command["args"]]
    stub = client.get(command["target"])
    return describe(getattr(stub, command["method"])(*arguments))


def failure(error: AminoError) -> dict[str, Any]:
    """What came instead of an answer."""
    cause = None if error.cause is None else failure(error.cause)
    parts = {"code": error.code, "type": error.type, "message": error.message, "stack": error.stack}
    errors = [failure(member) for member in error.errors]
    seen = {"trace": [hop.parts() for hop in error.trace], "shown": "".join(traceback.format_exception(error))}
    return {**parts, **seen, "outcome": error.outcome.name.lower(), "cause": cause, "errors": errors}


def main() -> None:
    """Reads commands until standard input ends."""
    client: Any = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if command["op"] == "connect":
                client = amino.connect(command["address"]).__enter__()
                result: Any = {"ok": None}
            else:
                result = {"ok": answer(client, command)}
        except AminoError as error:
            result = {"error": failure(error)}
        print(json.dumps(result), flush=True)
    if client is not None:
        client.close()


if __name__ == "__main__":
    main()
