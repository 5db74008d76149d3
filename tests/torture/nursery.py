"""Forks processes of the shop from one that has everything imported: a killed one is back in a tenth of a second.

Reads one JSON object per line from its standard input, `{"command": "serve", "environment": {...}, "log": PATH,
"naive": null}`, starts `storefront` with them in a child and writes the child's process id as a line. Children die
with it.
"""

import ctypes
import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import typer

import bff.app
import bff.cli.application
import bff.cli.serving
from services.checkout.submit import CheckoutService
from tests.torture import naive

_SET_PARENT_DEATH_SIGNAL = 1
COMMANDS: dict[str, Callable[[], None]] = {
    "serve": bff.cli.serving.serve,
    "worker": bff.cli.serving.run_worker,
}


def main() -> None:
    """Serves until its input ends."""
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    for line in sys.stdin:
        wanted = json.loads(line)
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            _become(wanted, parent)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _become(wanted: dict[str, Any], parent: int) -> None:
    """Never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.update(wanted["environment"])
    if wanted["naive"]:
        CheckoutService.submit = naive.VARIANTS[wanted["naive"]]  # type: ignore[assignment,method-assign]  # what is to be found out
    try:
        COMMANDS[wanted["command"]]()
    except (SystemExit, typer.Exit):
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
