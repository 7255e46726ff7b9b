"""The nouns of a cut: what is seen and heard, and from which film frame on."""

from __future__ import annotations

from dataclasses import dataclass

from mstation.breakdown.scene import Presence
from mstation.shots.shot import Shot
from mstation.voices.speech import Word


@dataclass(frozen=True, slots=True)
class Clip:
    """A shot's use in the film. Film frames count from 0."""

    shot: Shot
    scene_label: str
    film_first_frame: int
    subjects: tuple[str, ...] = ()  # their names; where empty, the shot's ids stand for them
    axis: tuple[str, ...] = ()  # the names of the pair whose line of interest holds

    @property
    def film_end_frame(self) -> int:
        """The first film frame after the clip."""
        return self.film_first_frame + self.shot.frames

    @property
    def subject_names(self) -> tuple[str, ...]:
        """Whom the shot is of, the principal first."""
        return self.subjects or self.shot.subjects

    @property
    def axis_names(self) -> tuple[str, ...]:
        """Between whom the line of interest runs."""
        return self.axis or self.shot.axis


@dataclass(frozen=True, slots=True)
class VoiceClip:
    """A spoken line's place in the film; `words` count seconds from the line's first sound."""

    line_id: str
    scene_label: str
    character_id: str
    character: str  # the name as written
    text: str
    film_first_frame: int
    frames: int
    words: tuple[Word, ...] = ()
    presence: Presence = Presence.ON
    is_dual: bool = False  # spoken over the line before
    speaker: str = ""  # the name of the body that speaks; empty where the scene has none for it

    @property
    def film_end_frame(self) -> int:
        """The first film frame after the voice."""
        return self.film_first_frame + self.frames


@dataclass(frozen=True, slots=True)
class MusicClip:
    """A cue of the score in the film."""

    label: str  # 1M1
    cue_id: str
    scene_labels: tuple[str, ...]  # the scenes that it plays in
    film_first_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class ActionClip:
    """A paragraph of action's place in the film."""

    action_id: str
    scene_label: str
    text: str
    film_first_frame: int
    frames: int
    characters: tuple[str, ...] = ()  # the names of whom it speaks of


@dataclass(frozen=True, slots=True)
class SceneClip:
    """A scene's place in the film."""

    label: str
    heading: str
    place: str  # the same word for every return to the place
    film_first_frame: int
    frames: int
    eighths: int  # of a page
