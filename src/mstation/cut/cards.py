"""The nouns of subtitles: a row of words, a card of rows, what cannot be read in its time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mstation.cut.wording import Reading, width


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a card, and whose words they are."""

    text: str
    speaker: str = ""  # the name as written
    is_unseen: bool = False  # a voice that is not in the scene: in italics
    is_dashed: bool = False  # one of two speakers on a card

    @property
    def shown(self) -> str:
        """What is read."""
        return f"- {self.text}" if self.is_dashed else self.text


@dataclass(frozen=True, slots=True)
class Card:
    """What is read at once, from one film frame until another (half-open)."""

    first_frame: int
    end_frame: int
    rows: tuple[Row, ...]
    heard_end_frame: int = 0  # when its last word is said

    @property
    def frames(self) -> int:
        """How long it stands."""
        return self.end_frame - self.first_frame

    def at(self, first_frame: int, end_frame: int) -> Card:
        """Return the same words at another time."""
        return replace(self, first_frame=first_frame, end_frame=end_frame)

    def columns(self, reading: Reading) -> int:
        """Return how much there is to read."""
        return sum(width(row.shown, reading) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Hasty:
    """A card that stands too short a time to be read."""

    number: int  # from 1, as the files count
    first_frame: int
    speed: float  # characters a second
    most: int  # that can be read
    is_last: bool  # the film ends there; otherwise the next line follows
