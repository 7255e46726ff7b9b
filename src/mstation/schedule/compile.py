"""Compiles the planner's loops and keeps them: `python -m mstation.schedule.compile`."""

from __future__ import annotations

import sys

from mstation.breakdown.scene import Interior, TimeOfDay
from mstation.schedule.production import Costs, Production
from mstation.schedule.solve import plan
from mstation.schedule.strip import Player, Strip, Strips
from mstation.schedule.talent import Actor, Instance, solve

_SCENES = 12
_MOVES = 400


def main() -> None:
    """Plan a small film, and order a few scenes, through every loop."""
    production = Production("USD", Costs(day=900, move=50, location_day=40, cast_day=100))
    solved = plan(_film(), production, moves=_MOVES)
    actors = tuple(
        Actor(str(person), 1 + person, tuple(sorted({person, person + 3, (5 * person) % _SCENES})))
        for person in range(6)
    )
    instance = Instance("small", tuple(range(1, _SCENES + 1)), actors)
    solve(instance, moves=_MOVES)
    days = sum(bool(day.items) for day in solved.board.days)
    sys.stdout.write(f"planner compiled ({days} test days)\n")


def _film() -> Strips:
    strips = tuple(_strip(number) for number in range(1, _SCENES + 1))
    return Strips("small", "en", strips, (Player("a", "A", 1, 30), Player("b", "B", 2, 12)))


def _strip(number: int) -> Strip:
    place = f"set {number % 3}"
    return Strip(
        id=f"sc-{number}",
        scene_id=f"sc-{number}",
        number=str(number),
        interior=Interior.EXT if number % 4 == 0 else Interior.INT,
        set_key=place,
        set_name=place,
        location=place,
        time=TimeOfDay.NIGHT if number % 3 == 0 else TimeOfDay.DAY,
        script_day=str(number % 2),
        page=number,
        eighths=4,
        screen_s=30.0,
        cast=("a", "b")[: 1 + number % 2],
        voices=(),
        needs=(),
        synopsis="",
        setups=(),
        minutes=120,
    )


if __name__ == "__main__":
    main()
