"""Work after requests: handlers that run at least once per event, in any number of processes, and periodic jobs.

Handlers read the current state themselves, so an event may arrive twice, late, or together with others.
"""
