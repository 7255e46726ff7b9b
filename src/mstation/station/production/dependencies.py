"""Which task follows which: a graph of ids in, a circle that must not be out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def circle_through(task_id: str, follows: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """Return the tasks that follow each other in a circle from one back to itself, or None.

    follows: task → the tasks that must be done before it.
    """
    came_from: dict[str, str] = {}
    ahead = [task_id]
    while ahead:
        here = ahead.pop()
        for before in follows.get(here, ()):
            if before == task_id:
                return _way_back(came_from, here, task_id)
            if before not in came_from:
                came_from[before] = here
                ahead.append(before)
    return None


def _way_back(came_from: Mapping[str, str], here: str, task_id: str) -> tuple[str, ...]:
    way = [here]
    while way[-1] != task_id:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
