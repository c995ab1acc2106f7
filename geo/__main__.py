"""``python -m geo``: see `geo.cli.app`."""

import sys

from geo.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
