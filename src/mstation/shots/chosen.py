"""The noun of the cutting room: a scene with the run of shots that was chosen for it."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.breakdown.scene import Scene
from mstation.shots.choose import Board, Choice
from mstation.shots.cutting import Segment
from mstation.shots.orders import Order
from mstation.shots.setup import Setup
from mstation.stage.performance import Performance


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A scene with its chosen shots: what names them."""

    scene: Scene
    performance: Performance
    setups: list[Setup]
    board: Board
    choices: list[Choice]

    def order_of(self, choice: Choice) -> Order | None:
        """Return the director's order that a chosen shot answers."""
        return self.board.orders.at.get(choice.first_segment)

    def run_of(self, choice: Choice) -> tuple[Segment, ...]:
        """Return the stretches that a chosen shot runs for."""
        return self.board.film.segments[choice.first_segment : choice.end_segment]
