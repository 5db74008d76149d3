"""What happens after a request: events carried out at least once, in any number of processes, and periodic jobs.

Handlers read the newest truth themselves, so that an event may come twice, late, or together with others.
"""
