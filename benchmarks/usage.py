"""CPU time and memory of a process and its descendants."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_IMPORTED = re.compile(r"\A(?:from|import) ([\w.]+).*", re.DOTALL)
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds spent so far and resident bytes now, by process id and name."""

    cpu: dict[tuple[int, str], float]
    memory: dict[tuple[int, str], int]

    def since(self, before: "Usage") -> dict[str, float]:
        """CPU seconds spent after `before`, by name."""
        spent: dict[str, float] = {}
        for process, seconds in self.cpu.items():
            spent[process[1]] = spent.get(process[1], 0.0) + seconds - before.cpu.get(process, 0.0)
        return spent

    def memory_by_name(self) -> dict[str, int]:
        """Resident bytes by name; memory shared by two processes is counted twice."""
        total: dict[str, int] = {}
        for (_, name), size in self.memory.items():
            total[name] = total.get(name, 0) + size
        return total


def usage(root: int) -> Usage:
    """Usage of a process and everything it started."""
    cpu: dict[tuple[int, str], float] = {}
    memory: dict[tuple[int, str], int] = {}
    for process in _family(root):
        with suppress(psutil.Error), process.oneshot():  # it may have ended meanwhile
            named = (process.pid, _name(process.cmdline()))
            times = process.cpu_times()
            cpu[named] = times.user + times.system
            memory[named] = process.memory_info().rss
    return Usage(cpu, memory)


def _family(root: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(root)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _name(command: Sequence[str]) -> str:
    """A short name of a command line: module and subcommand for `python -m`, a script's name, or the program's.

    >>> _name(["/usr/bin/python3", "-P", "-m", "bff.cli", "serve"]), _name(["python", "-m", "sandbox", "--port"])
    ('bff.cli serve', 'sandbox')
    >>> _name(["/usr/bin/python3", "/opt/bin/secantusd", "--port"]), _name(["/opt/valkey-server *:6379"])
    ('secantusd', 'valkey-server')
    >>> _name(["python3", "-P", "-c", "from store.cli import main; main()"])
    'store.cli'
    """
    words = [word for word in command if word]
    if "-m" in words[:-1]:
        module, *rest = words[words.index("-m") + 1 :]
        return " ".join([module, *[word for word in rest[:1] if not word.startswith("-")]])
    if "-c" in words[:-1]:
        return _IMPORTED.sub(r"\1", words[words.index("-c") + 1])[:_LONGEST_NAME]
    programs = [word for word in words if not word.startswith("-")]
    script = programs[1:2] if programs and Path(programs[0]).name.startswith("python") else programs[:1]
    return Path((script or programs or ["unnamed"])[0].split(" ")[0]).name
