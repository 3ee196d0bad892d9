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


def transaction(client: Any, command: dict[str, Any]) -> dict[str, Any]:
    """Carries out the steps of a command in a transaction; returns what that came to."""
    attempts = 0

    def block() -> list[Any]:
        nonlocal attempts
        attempts += 1
        given: list[Any] = []
        for step in command["steps"]:
            if step[0] != "first":
                perform(client, step, given)
            elif attempts == 1:
                perform(client, step[1:], given)
        return given

    try:
        return {"ok": client.transact(block, tries=command["tries"])}
    except AminoError as error:
        return {"error": [error.code, error.message, error.outcome.name.lower()]}
    except LookupError as error:
        return {"raised": error.args[0]}


def perform(client: Any, step: list[Any], given: list[Any]) -> None:
    """One step."""
    kind, *words = step
    if kind == "raise":
        raise LookupError(words[0])
    if kind == "nested":
        with client.transaction():
            pass
    if kind == "call":
        given.append(getattr(client.get(words[0]), words[1])(*words[2:]))


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
            elif command["op"] == "transaction":
                result = {"ok": transaction(client, command)}
            else:
                result = {"ok": answer(client, command)}
        except AminoError as error:
            result = {"error": failure(error)}
        print(json.dumps(result), flush=True)
    if client is not None:
        client.close()


if __name__ == "__main__":
    main()
