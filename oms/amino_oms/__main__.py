"""`python -m amino_oms`: the object management service in a process of its own. Its flags are those of `amino oms`."""

from __future__ import annotations

import asyncio
import sys

from amino_store.errors import StoreFailed
from amino_wire.collecting import collect_seldom
from amino_wire.errors import AminoError
from amino_wire.settings.oms import OMS
from amino_wire.settings.reading import flags_of

from amino_oms.exit_status import STORE_FAILED
from amino_oms.main import run_oms
from amino_oms.settings import load_oms_settings


def main() -> int:
    """Entry point; returns the exit status."""
    words = sys.argv[1:]
    if "-h" in words or "--help" in words:
        flags = "\n".join(f"  {setting.flag:22} {setting.about} [{setting.shown(setting.default)}]" for setting in OMS)
        print(f"python -m amino_oms: runs the object management service of Amino.\n{flags}")
        return 0
    collect_seldom()
    try:
        asyncio.run(run_oms(load_oms_settings(flags_of(OMS, words))))
    except AminoError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return STORE_FAILED if isinstance(error, StoreFailed) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
