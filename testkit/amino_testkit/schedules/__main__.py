"""`python -m amino_testkit.schedules`: see `soak.py`."""

import sys

from amino_testkit.schedules.soak import main

if __name__ == "__main__":
    sys.exit(main())
