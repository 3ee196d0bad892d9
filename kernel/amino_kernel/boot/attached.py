"""The process that a Java program starts, `python -m amino_kernel.boot.attached`: the kernel of its JVM half (`docs/embedding.md`)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from amino_kernel.boot.attachment import Attachment
from amino_kernel.boot.exit_status import CONFIGURATION
from amino_kernel.boot.main import run_attached
from amino_kernel.boot.settings import load_settings
from amino_wire.errors import AminoError, as_error

ALWAYS = {"supervise": False}
"""The program is the supervisor, and a kernel that was started again would find its JVM half taken."""


def main() -> int:
    # Whatever is printed must not be taken for an answer.
    attachment = Attachment(0, os.dup(1))
    os.dup2(2, 1)
    try:
        # The program says everything: a settings file or a variable that happens to be there is for other kernels.
        settings = load_settings({**attachment.order(), **ALWAYS}, {}, Path(os.devnull))
        return run_attached(settings, attachment)
    except AminoError as error:
        attachment.failed(error)
    except Exception as error:
        attachment.failed(as_error(error))
    return CONFIGURATION


if __name__ == "__main__":
    sys.exit(main())
