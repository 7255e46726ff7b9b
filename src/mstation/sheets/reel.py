"""The nouns of the sheets: a film's shots in order, and what is seen and heard in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mstation.breakdown.scene import Scene
from mstation.cut.hearing import milliseconds, words_heard
from mstation.cut.timeline import ActionClip, Clip, VoiceClip
from mstation.screenplay.script import Language
from mstation.sheets.wording import speaker_text, words_of
from mstation.timebase import FrameRate

CUT = "…"  # stands for words that are heard in another shot


@dataclass(frozen=True, slots=True)
class Reel:
    """A film as its sheets are written from it; `names` are the characters' by id."""

    title: str
    language: Language
    rate: FrameRate
    clips: tuple[Clip, ...]
    voices: tuple[VoiceClip, ...]
    actions: tuple[ActionClip, ...]
    scenes: tuple[Scene, ...]
    names: Mapping[str, str]

    def name(self, character_id: str) -> str:
        """Return a character's name as written."""
        return self.names.get(character_id, character_id)


@dataclass(frozen=True, slots=True)
class Heard:
    """What of a spoken line is heard in a shot."""

    line_id: str
    speaker: str  # the name, and from where where it is not from the picture
    text: str
    is_led_in: bool  # the line began before the shot
    is_going_on: bool  # and is not over when it ends


@dataclass(frozen=True, slots=True)
class Entry:
    """One shot as the sheets list it."""

    clip: Clip
    scene: Scene
    subjects: tuple[str, ...]
    heard: tuple[Heard, ...]
    actions: tuple[str, ...]  # the paragraphs that are played in it


def entries_of(reel: Reel) -> tuple[Entry, ...]:
    """Return every shot of the film in order, with what is seen and heard in it."""
    scenes = {scene.id: scene for scene in reel.scenes}
    return tuple(_entry(clip, scenes[clip.shot.scene_id], reel) for clip in reel.clips)


def _entry(clip: Clip, scene: Scene, reel: Reel) -> Entry:
    heard = (_heard(voice, clip, reel) for voice in reel.voices if _overlaps(voice, clip))
    shot = clip.shot
    played = {beat.action.id for beat in scene.beats if beat.id in shot.beats and beat.action}
    return Entry(
        clip=clip,
        scene=scene,
        subjects=tuple(reel.name(each) for each in shot.subjects),
        heard=tuple(each for each in heard if each),
        actions=tuple(
            " ".join(beat.action.text.split())
            for beat in scene.beats
            if beat.action and beat.action.id in played
        ),
    )


def _overlaps(one: VoiceClip | ActionClip, clip: Clip) -> bool:
    return (
        one.film_first_frame < clip.film_end_frame
        and one.film_first_frame + one.frames > clip.film_first_frame
    )


def _heard(voice: VoiceClip, clip: Clip, reel: Reel) -> Heard | None:
    """Return the words that begin within the shot; none where only a breath is heard."""
    text = " ".join(voice.text.split())
    start, end = heard_stretch(text, voice, clip, reel.rate)
    if start >= end:
        return None
    words = text[start:end].strip()
    is_seen = voice.character_id in clip.shot.subjects
    return Heard(
        line_id=voice.line_id,
        speaker=speaker_text(voice, is_seen=is_seen, words=words_of(reel.language)),
        text=(CUT if start else "") + words + (CUT if end < len(text) else ""),
        is_led_in=voice.film_first_frame < clip.film_first_frame,
        is_going_on=voice.film_end_frame > clip.film_end_frame,
    )


def heard_stretch(text: str, voice: VoiceClip, clip: Clip, rate: FrameRate) -> tuple[int, int]:
    """Return the characters of a line that are heard in a shot, half-open.

    A word belongs to the shot in which it begins, and the marks behind it go with it; what
    stands before the first word goes with that.
    """
    words = words_heard(text, voice, rate)
    since = milliseconds(clip.film_first_frame - voice.film_first_frame, rate)
    until = milliseconds(clip.film_end_frame - voice.film_first_frame, rate)
    is_first = clip.film_first_frame <= voice.film_first_frame
    is_last = clip.film_end_frame >= voice.film_end_frame
    within = [
        index
        for index, (_, (begin, _)) in enumerate(words)
        if (is_first or since <= begin) and (is_last or begin < until)
    ]
    if not within:
        return (0, len(text)) if is_first and is_last else (0, 0)
    first, last = within[0], within[-1]
    return (
        0 if first == 0 else words[first][0],
        len(text) if last == len(words) - 1 else words[last + 1][0],
    )
