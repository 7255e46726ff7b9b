"""Work: the jobs of a station in, done by processes of their own, apart from the server.

- `kinds` what can be asked for, and with which parameters: all that the server knows of work
- `worker` takes jobs in hand, one for each of its hands
- `attempt` one attempt at a job, seen from the worker: a process that can be stopped
- `desk` the same, seen from inside
- `local` the workers that a server starts on its own machine
- `film` builds a film
- `proxies` makes a proxy of a movie
- `rendering` makes a movie of a cut, of `segments` that are kept
"""
