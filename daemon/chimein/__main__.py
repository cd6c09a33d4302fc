"""``python -m chimein``, and what the ``chimein`` command starts."""

import os
import sys


def main() -> int:
    """Imports within: a slow machine takes a second for that, and Ctrl-C ends it as quietly as what follows."""
    _open_what_is_closed()
    try:
        from chimein.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130


def _open_what_is_closed() -> None:
    """Who starts us without stdin, stdout or stderr (`>&-`) gets nothing; and no socket of ours takes their numbers."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))


if __name__ == "__main__":
    sys.exit(main())
