"""The noun of a look: what a film's pictures are drawn as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mstation.previs.slate import Slate

Style = Literal["toon", "clay", "pencil"]
Figures = Literal["people", "mannequin"]


@dataclass(frozen=True, slots=True)
class Look:
    """How the pictures of a film look.

    toon is colour with ink lines; clay is matte, and its form is carried by light alone; pencil
    is a storyboard artist's sheet: graphite, hatching and a tint of each person's colour.
    """

    style: Style = "toon"
    figures: Figures = "people"
    depth_of_field: bool = True  # long lenses and close-ups blur what is out of focus
    slate: Slate | None = None  # what is burnt into the picture's lower edge


TOON = Look()
