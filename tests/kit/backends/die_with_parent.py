"""Runs a command that the kernel ends when its parent ends, however that happens: no test server outlives the tests.

usage: python die_with_parent.py COMMAND [ARGUMENT...]
"""

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def main() -> None:
    """Becomes the command. Outside Linux there is no such signal: only the end of the tests stops servers."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
