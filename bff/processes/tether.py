"""Becomes a command that the kernel signals when its parent ends, however that happens.

usage: python -IS tether.py PARENT_PID SIGNAL COMMAND [ARGUMENT...]

A program of its own rather than code run between fork and exec, which is not safe in a process with threads.
"""

import ctypes
import os
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def main() -> None:
    """Outside Linux there is no such signal: the next start ends what is left over."""
    parent, number = int(sys.argv[1]), int(sys.argv[2])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, number)
    if os.getppid() != parent:  # the parent ended before the call
        sys.exit(1)
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
