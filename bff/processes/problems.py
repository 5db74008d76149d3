"""What can go wrong with processes, said to the person at the terminal."""


class ProcessProblem(Exception):
    """The command cannot go on; the message says why and what to do, and holds no secret."""


class StartFailed(ProcessProblem):
    """A child did not start or keeps ending; the message ends with the last lines of its log."""


class DataInUse(ProcessProblem):
    """Another command holds the data directory."""


class NotRunning(ProcessProblem):
    """A store has no URL, and no shop that runs in the data directory provides one."""


class UnusableDirectory(ProcessProblem):
    """The data directory cannot be made or written."""


class PortInUse(ProcessProblem):
    """Another program listens on the port that the shop wants."""
