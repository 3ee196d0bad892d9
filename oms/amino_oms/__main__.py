"""`python -m amino_oms`: the object management service in a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from amino_wire.errors import AminoError

from amino_oms.exit_status import STORE_FAILED
from amino_oms.main import run_oms
from amino_oms.settings import OmsSettings
from amino_oms.store.errors import StoreFailed

DEFAULTS = OmsSettings(Path(".amino/oms"))


def main() -> int:
    """Entry point; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m amino_oms", description="Runs the object management service of Amino.")
    parser.add_argument(
        "--data-dir", type=Path, default=DEFAULTS.data_dir, help="folder that it keeps everything in (default: %(default)s)"
    )
    parser.add_argument("--host", default=DEFAULTS.host, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=DEFAULTS.port, help="port to listen on, 0 for any (default: %(default)s)")
    parser.add_argument("--lease", type=float, default=DEFAULTS.lease, help="seconds that a kernel may be silent (default: %(default)s)")
    parser.add_argument(
        "--margin", type=float, default=DEFAULTS.margin, help="seconds that the service waits longer (default: %(default)s)"
    )
    parser.add_argument(
        "--artifact-grace",
        type=float,
        default=DEFAULTS.artifact_grace,
        help="seconds that an artifact which no object is made of stays after its last use (default: %(default)s)",
    )
    parser.add_argument(
        "--accept-older-store",
        action="store_true",
        help="give up what the store lacks of what kernels have seen, after a return to an old copy",
    )
    parser.add_argument("--insecure", action="store_true", help="allow an address that others can reach, without TLS or passwords")
    parser.add_argument(
        "--max-nameless",
        type=int,
        default=DEFAULTS.max_nameless,
        help="objects without a name that each maker may have, 0 for any number (default: %(default)s)",
    )
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    settings = OmsSettings(
        given.data_dir,
        given.host,
        given.port,
        given.lease,
        given.margin,
        artifact_grace=given.artifact_grace,
        accept_older_store=given.accept_older_store,
        insecure=given.insecure,
        max_nameless=given.max_nameless,
    )
    try:
        asyncio.run(run_oms(settings))
    except AminoError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return STORE_FAILED if isinstance(error, StoreFailed) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
