"""CPU time and memory of a process and its descendants, from /proc."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
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
    """Usage of a process and everything it started. Nothing where there is no /proc."""
    cpu: dict[tuple[int, str], float] = {}
    memory: dict[tuple[int, str], int] = {}
    for pid in _family(root):
        try:
            fields = (_PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
            process = (pid, _name((_PROC / str(pid) / "cmdline").read_bytes()))
        except OSError:
            continue  # it has ended meanwhile
        cpu[process] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        memory[process] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return Usage(cpu, memory)


def _family(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in _PROC.glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(") ")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry.parent.name))
    family = [root]
    for pid in family:
        family += children.get(pid, [])
    return family


def _name(command: bytes) -> str:
    """A short name of a command line: module and subcommand for `python -m`, a script's name, or the program's.

    >>> _name(b"/usr/bin/python3\\0-P\\0-m\\0bff.cli\\0serve"), _name(b"python\\0-m\\0sandbox\\0--port\\0008100")
    ('bff.cli serve', 'sandbox')
    >>> _name(b"/usr/bin/python3\\0/opt/bin/secantusd\\0--port"), _name(b"/opt/valkey-server\\0*:6379")
    ('secantusd', 'valkey-server')
    >>> _name(b"python3\\0-P\\0-c\\0from store.cli import main; main()")
    'store.cli'
    """
    words = [word for word in command.decode(errors="replace").split("\0") if word]
    if "-m" in words[:-1]:
        module, *rest = words[words.index("-m") + 1 :]
        return " ".join([module, *[word for word in rest[:1] if not word.startswith("-")]])
    if "-c" in words[:-1]:
        return _IMPORTED.sub(r"\1", words[words.index("-c") + 1])[:_LONGEST_NAME]
    programs = [word for word in words if not word.startswith("-")]
    script = programs[1:2] if programs and Path(programs[0]).name.startswith("python") else programs[:1]
    return Path((script or programs or ["unnamed"])[0].split(" ")[0]).name
