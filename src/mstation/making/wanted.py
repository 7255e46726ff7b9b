"""What a scene's notes want, as it passes between steps."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.shots.direction import StyleChange, Wish

SCHEMA = "mstation.wanted/1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wishes of one scene's notes."""

    wishes: tuple[Wish, ...] = ()
    style_changes: tuple[StyleChange, ...] = ()
