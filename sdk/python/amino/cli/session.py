"""The session of every command: where the kernel is, how to print, how errors end it. It needs none of the libraries that help to parse."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, DiskFull, GuestException, InternalError
from amino_wire.hops import trace_text

from amino.cli.exit_codes import INTERNAL, INTERRUPTED, OK, exit_code
from amino.cli.table import fact_lines, table_lines

if TYPE_CHECKING:
    from amino.cli.quick_client import QuickClient
    from amino.connecting import Connecting

CLIENT_ID = "cli"


class Output(StrEnum):
    """How a command prints."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True)
class Session:
    """The choices of one run of the command."""

    address: str | None = None
    output: Output = Output.TABLE
    verbose: bool = False

    def connect(self) -> Connecting:
        """A client, for a `with` block."""
        # Each of the two clients is imported by the commands that need it: that is most of a command's time.
        from amino.connecting import connect

        return connect(self.address, client_id=CLIENT_ID)

    def ask(self, address: str = "") -> QuickClient:
        """A client for a request or two, for a `with` block; it is there in half the time. `address`: another one than the session's."""
        from amino.cli.quick_client import QuickClient

        return QuickClient(address or self.address, client_id=CLIENT_ID)

    @property
    def json(self) -> bool:
        """Whether a program reads the output."""
        return self.output is Output.JSON

    def document(self, content: Any) -> None:
        """Prints one JSON document."""
        print(json.dumps(content, indent=None if not sys.stdout.isatty() else 2, ensure_ascii=False))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "") -> None:
        """Prints a table, or a line when there is nothing to show."""
        cells = [[str(cell) for cell in row] for row in rows]
        if not cells and empty:
            print(empty, file=sys.stderr)
            return
        self._print(table_lines(columns, cells, _width(), bold=_is_colourful(sys.stdout)))

    def facts(self, facts: Mapping[str, Any]) -> None:
        """Prints names and values, one a line; empty ones are left out."""
        shown = {name: str(value) for name, value in facts.items() if value not in ("", None, (), {}, [])}
        self._print(fact_lines(shown, _width(), bold=_is_colourful(sys.stdout)))

    def _print(self, lines: Iterable[str]) -> None:
        print("\n".join(lines))

    def say(self, text: str, content: Any) -> None:
        """Prints the result: a line for people, or the document."""
        if self.json:
            self.document(content)
        else:
            print(text)

    def note(self, line: str) -> None:
        """Tells a person what goes on; a program is told nothing."""
        if not self.json:
            print(line, file=sys.stderr)

    def explain_error(self, error: AminoError) -> None:
        """Code, what happened, what to do, and the objects that the call went through. With --verbose also stacks, causes and members."""
        if self.json:
            print(json.dumps({"error": self._plain(error)}, default=str, ensure_ascii=False), file=sys.stderr)
            return
        code = f"\033[1;31m{error.code}: \033[0m" if _is_colourful(sys.stderr) else f"{error.code}: "
        print(f"{code}{error}", file=sys.stderr)
        if trace := trace_text(error):
            print(trace, file=sys.stderr)
        if self.verbose:
            link: AminoError | None = error
            while link is not None:
                if link.stack:
                    print(link.stack, file=sys.stderr)
                for member in link.errors:
                    print(f"member {member.code}: {member}", file=sys.stderr)
                link = link.cause
                if link is not None:
                    print(f"caused by {link.code}: {link}", file=sys.stderr)
        elif error.stack or error.errors:
            print("--verbose shows more", file=sys.stderr)

    def _plain(self, error: AminoError) -> dict[str, Any]:
        plain: dict[str, Any] = {"code": error.code, "type": error.type, "message": error.message, "details": error.details}
        if self.verbose or isinstance(error, GuestException):
            plain["stack"] = error.stack
        if error.trace:
            plain["trace"] = [asdict(hop) for hop in error.trace]
        if error.errors:
            plain["errors"] = [self._plain(member) for member in error.errors]
        return plain

    def status_of(self, work: Callable[[], None]) -> int:
        """Runs a command; an error becomes a line. Answers the exit status."""
        try:
            try:
                work()
            finally:
                sys.stdout.flush()
        except AminoError as error:
            self.explain_error(error)
            return exit_code(error)
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            # The reader has seen enough, as `head` does: the rest of the buffer has nowhere to go.
            _drop_output()
        except Exception as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                _drop_output()
                full = DiskFull(
                    f"the command cannot write its output: {error.strerror}. It may have done its work; look before you repeat it."
                )
                self.explain_error(full)
                return exit_code(full)
            if self.verbose:
                raise
            self.explain_error(InternalError(f"{type(error).__name__}: {error}. This is a mistake of Amino's; --verbose shows where."))
            return INTERNAL
        return OK


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_colourful(stream: Any) -> bool:
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int:
    """The columns of the terminal; 0 in a pipe, where a line that is cut would be of no use to the reader."""
    if not sys.stdout.isatty():
        return 0
    try:
        return int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 80
