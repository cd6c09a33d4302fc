"""``python -m chimein``, and what the ``chimein`` command starts."""

import sys

from chimein.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
