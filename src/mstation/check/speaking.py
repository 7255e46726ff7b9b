"""A scene in, what is seen of its talk out: faces that speak, faces that listen, turns of talk.

Source: reference sheet of cinematography, sections 6 and 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mstation.check.film import Line, Scene, Shot, Word
from mstation.check.geometry import faces_seen, principal
from mstation.check.lines import Spoken

SAMPLE_FRAMES = 4  # between two that are looked at
_BOUNDARY_FRAMES = 3  # a cut this near to a line's edge is on it


def frames_of(shot: Shot) -> range:
    """Return the frames of a shot that are looked at."""
    return range(0, shot.frames, SAMPLE_FRAMES)


def shot_at(scene: Scene, now: int) -> Shot | None:
    """Return the shot that shows a frame of the scene."""
    return next((shot for shot in scene.shots if shot.first_frame <= now < shot.end_frame), None)


def words_of(line: Line) -> tuple[Word, ...]:
    """Return the words of a line; one whose words have no times counts as one word."""
    return line.words or (Word(line.text, line.first_frame, line.end_frame),)


def shows_face(scene: Scene, now: int, name: str) -> bool:
    """Return whether the shot at a frame of the scene shows somebody's face."""
    shot = shot_at(scene, now)
    return shot is not None and name in faces_seen(scene, shot, now - shot.first_frame)


def listener_of(scene: Scene, shot: Shot, spoken: Sequence[Spoken]) -> str:
    """Return who listens for more than half of a shot, face to us, the speaker's face away."""
    heard: dict[str, int] = {}
    frames = frames_of(shot)
    spans = [(one.line.first_frame, one.line.end_frame, one.line.speaker) for one in spoken]
    for frame in frames:
        now = shot.first_frame + frame
        speakers = {speaker for first, end, speaker in spans if first <= now < end}
        if not speakers:
            continue
        faces, who = faces_seen(scene, shot, frame), principal(scene, shot, frame)
        if who in faces and not faces & speakers:
            heard[who] = heard.get(who, 0) + 1
    if sum(heard.values()) <= len(frames) / 2:
        return ""
    return max(heard, key=lambda name: heard[name])


@dataclass(frozen=True, slots=True)
class Turn:
    """A cut about a change of speakers: from whom to whom, and whether over a voice."""

    shot: Shot  # the one after the cut
    before: Line
    after: Line
    is_over_voice: bool


def turns_of(scene: Scene, reach: int) -> Iterator[Turn]:
    """Yield the cuts of a scene that go from one speaker to the next; `reach` in frames.

    Such a cut lies no further than that from the lines' ends, and in the nearer half of either.
    """
    lines = sorted(scene.lines, key=lambda line: (line.first_frame, line.id))
    changes = [(a, b) for a, b in pairwise(lines) if a.written != b.written]
    for shot in scene.shots[1:]:
        cut = shot.first_frame
        for before, after in changes:
            first = max((before.first_frame + before.end_frame) // 2, before.end_frame - reach)
            end = min((after.first_frame + after.end_frame) // 2, after.first_frame + reach)
            if first <= cut < end:
                yield Turn(shot, before, after, any(_is_inside(line, cut) for line in lines))
                break


def _is_inside(line: Line, cut: int) -> bool:
    return line.first_frame + _BOUNDARY_FRAMES < cut < line.end_frame - _BOUNDARY_FRAMES
