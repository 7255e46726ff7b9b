"""A scene with its board in, the run of shots that bears being watched out.

What the rushes of the chosen shots show is added to their prices, and the search is run again
until it chooses only what has been looked at: then no other run of shots is cheaper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mstation.shots.choose import Choice
from mstation.shots.chosen import Chosen
from mstation.shots.crossing import crossed
from mstation.shots.cuts import looks_astray
from mstation.shots.ending import move_at
from mstation.shots.moves import Moved, stilled
from mstation.shots.rushes import Rush, Seen, rush_of, seen_in, settled_of, shows
from mstation.shots.taken import AXIS, weight_of
from mstation.shots.targets import Aim, aimed

_LOOKS = 24  # times that rushes are looked at
_UNACTED = 30.0  # an action of which nobody is seen
_LONGEST_RUN, _MONOTONE = 4, 4.0  # shots of one size and angle in a row
_ASTRAY = 40.0  # two who look at each other look the same way
_OFF_STYLE = 20.0  # what it costs to be off the figures of the style

# A shot's row and end, the row of the next and what that breaks: a move may not spoil the cut.
_Cut = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """A run of shots with their moves, and what it costs with all that is wrong with it."""

    chosen: Chosen
    moves: tuple[Moved, ...]
    cost: float


def retaken(chosen: Chosen, *, looks: int = _LOOKS) -> Watched:
    """Return the best run of shots on a board that is found in so many looks at the rushes."""
    screening = _Screening(chosen)
    aim: Aim | None = None
    best: Watched | None = None
    for _ in range(looks):
        known = screening.found
        aim = aimed(screening.chosen.board, aim)
        moves, cost = screening.watch(aim.choices)
        cost += _OFF_STYLE * aim.off
        if best is None or cost < best.cost - 1e-9:
            best = Watched(replace(screening.chosen, choices=aim.choices), moves, cost)
        if screening.found == known:
            break
    assert best is not None
    return replace(best, chosen=replace(best.chosen, choices=screening.told(best.chosen.choices)))


class _Screening:
    """Rushes that have been looked at, and a board on which their prices are known.

    looked  # (row, end): shots whose price holds all that is wrong with them
    """

    def __init__(self, chosen: Chosen) -> None:
        board = chosen.board
        runs = replace(board.runs, broken=board.runs.broken.copy())
        self.chosen = replace(chosen, board=replace(board, fixed=board.fixed.copy(), runs=runs))
        self.looked: set[tuple[int, int]] = set()
        self.found = 0  # prices that were raised
        self._settled = settled_of(board.film.ground.figures, board.film.rate)
        self._actions = sorted({(one.begins, one.ends, one.named)
                                for segment in board.film.segments
                                for one in segment.acted})  # fmt: skip
        self._known: dict[_Cut, tuple[Moved, Rush, Seen]] = {}

    def watch(self, choices: list[Choice]) -> tuple[tuple[Moved, ...], float]:
        """Return the moves of shots, and what all that is seen to be wrong with them costs."""
        chosen = replace(self.chosen, choices=choices)
        watched = [self._look(chosen, number) for number in range(len(choices))]
        unacted = self._unacted(choices, [rush for _, rush, _ in watched])
        cost = 0.0
        for choice, (_, _, seen), missed in zip(choices, watched, unacted, strict=True):
            cost += _weight(choice.broken | seen.broken) + seen.cost + missed
            if (choice.row, choice.end_segment) not in self.looked:
                self._price(choice, seen, missed)
        for number, seen in self._together(choices):
            cost += self._raise(choices[number], seen)
        return tuple(moved for moved, _, _ in watched), cost

    def told(self, choices: list[Choice]) -> list[Choice]:
        """Return shots that say all the rules that they break."""
        broken = self.chosen.board.runs.broken
        return [replace(choice, broken=choice.broken | int(broken[choice.row, choice.column]))
                for choice in choices]  # fmt: skip

    def _price(self, choice: Choice, seen: Seen, missed: float) -> None:
        """Add to a shot's price what is wrong with it."""
        self._raise(choice, Seen(seen.broken, seen.cost + missed))
        self.looked.add((choice.row, choice.end_segment))

    def _raise(self, choice: Choice, seen: Seen) -> float:
        """Raise a shot's price; return by how much."""
        board, at = self.chosen.board, (choice.row, choice.column)
        before = int(board.runs.broken[at])
        board.runs.broken[at] = before | seen.broken
        price = _weight(before | seen.broken) - _weight(before) + seen.cost
        board.fixed[at] += price
        self.found += 1
        return price

    def _look(self, chosen: Chosen, number: int) -> tuple[Moved, Rush, Seen]:
        """Return a shot's move, and what is seen in it; without the move where that is better."""
        choices = chosen.choices
        choice, then = choices[number], choices[number + 1 : number + 2]
        after = (then[0].row, then[0].broken) if then else (-1, 0)
        key = (choice.row, choice.end_segment, *after)
        if key not in self._known:
            moved, setup = move_at(chosen, number), chosen.setups[choice.row]
            best = self._seen(choice, moved)
            if len(moved.keys) > 1 and not setup.follow and setup.move is None and _is_bad(best[2]):
                still = self._seen(choice, stilled(moved))
                best = min(best, still, key=lambda tried: _price_of(tried[2]))
            self._known[key] = best
        return self._known[key]

    def _seen(self, choice: Choice, moved: Moved) -> tuple[Moved, Rush, Seen]:
        chosen, film = self.chosen, self.chosen.board.film
        run = chosen.run_of(choice)
        step = int(film.taken.step[choice.row])
        rush = rush_of(
            chosen.setups[choice.row], step, moved, run[0].first_frame, run[-1].end_frame
        )
        return moved, rush, seen_in(rush, film, self._settled)

    def _together(self, choices: list[Choice]) -> list[tuple[int, Seen]]:
        """Return the shots that do not sit well among the others, and what is wrong with them.

        Too many of one size and angle follow each other; two who look at each other look the same
        way with one shot between theirs; a line is crossed that was last shown before others.
        """
        film, setups = self.chosen.board.film, self.chosen.setups
        rows = np.array([choice.row for choice in choices])
        kinds = [(int(film.rows.step[row]), setups[row].angle) for row in rows]
        found, length = list[tuple[int, Seen]](), 0
        for number, kind in enumerate(kinds):
            length = length + 1 if number and kind == kinds[number - 1] else 1
            if length % (_LONGEST_RUN + 1) == 0:
                found.append((number, Seen(0, _MONOTONE)))
        astray = looks_astray(rows[:-2], rows[2:], film.rows)
        found += [(number + 2, Seen(0, _ASTRAY)) for number in np.flatnonzero(astray).tolist()]
        return found + [(number, Seen(AXIS, 0.0)) for number in self._over_line(choices)]

    def _over_line(self, choices: list[Choice]) -> list[int]:
        """Return the shots that cross a line last shown before others, which the search missed."""
        board = self.chosen.board
        known = board.orders.over_line
        return [number for number in crossed(board, choices)
                if not choices[number].broken & AXIS
                and not any(point <= choices[number].first_segment for point in known)]  # fmt: skip

    def _unacted(self, choices: list[Choice], rushes: list[Rush]) -> list[float]:
        """Return, shot by shot, the price of actions during which nobody is seen who acts."""
        film = self.chosen.board.film
        price = [0.0] * len(choices)
        for first, end, people in self._actions:
            within = [number for number, choice in enumerate(choices)
                      if film.segments[choice.first_segment].first_frame < end
                      and film.segments[choice.end_segment - 1].end_frame > first]  # fmt: skip
            if not any(shows(rushes[n], people, first, end, film.ground) for n in within):
                for number in within:
                    price[number] += _UNACTED / len(within)
        return price


def _weight(broken: int) -> float:
    return float(weight_of(np.array(broken)))


def _price_of(seen: Seen) -> float:
    return _weight(seen.broken) + seen.cost


def _is_bad(seen: Seen) -> bool:
    return _price_of(seen) > 0
