"""One way to speak to every SDK: a child process that reads one JSON command a line (README.md of this folder)."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 120.0
COMMANDS = {
    "python": [sys.executable, "-m", "tests.conformance.python_driver"],
    "js": ["node", "sdk/js/test/conformance_cli.mjs"],
    "ruby": ["ruby", "-W1", "sdk/ruby/test/conformance_cli.rb"],
}


class SdkFailure(Exception):
    """An error that an SDK raised: its code, type, message, outcome and cause as that SDK shows them."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']} {error['type']}: {error['message']}")
        self.code: str = error["code"]
        self.type: str = error["type"]
        self.message: str = error["message"]
        self.stack: str = error.get("stack") or ""
        self.outcome: str = error["outcome"]
        self.cause: SdkFailure | None = SdkFailure(error["cause"]) if error["cause"] is not None else None
        self.trace: list[list[Any]] = error["trace"]
        self.shown: str = error["shown"]
        self.errors = [SdkFailure(member) for member in error["errors"]]


class SdkDriver:
    """A client in one SDK's language, connected to a kernel."""

    def __init__(self, sdk: str, address: str) -> None:
        self.sdk = sdk
        self._process = subprocess.Popen(COMMANDS[sdk], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
        self._ask({"op": "connect", "address": address})

    def call(self, target: str, method: str, *described: dict[str, Any]) -> dict[str, Any]:
        """Calls a member with arguments in neutral form; returns the answer in neutral form. Raises SdkFailure."""
        return self._ask({"op": "call", "target": target, "method": method, "args": list(described)})

    def transaction(self, steps: list[Any], tries: int) -> dict[str, Any]:
        """Carries out steps (`transactions.json`) in a transaction; returns what that came to."""
        came_to: dict[str, Any] = self._ask({"op": "transaction", "steps": steps, "tries": tries})
        return came_to

    def close(self) -> None:
        """Ends the child process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _ask(self, command: dict[str, Any]) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], ANSWER_SECONDS)[0]:
            raise TimeoutError(f"the {self.sdk} SDK gives no answer within {ANSWER_SECONDS:.0f} s to {command}")
        line = self._process.stdout.readline()
        if not line:
            raise EOFError(f"the {self.sdk} SDK's driver ended at {command}")
        answer = json.loads(line)
        if "error" in answer:
            raise SdkFailure(answer["error"])
        return answer["ok"]
