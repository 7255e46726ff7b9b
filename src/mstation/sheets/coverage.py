"""A film and its printed script in, which shot covers which printed lines out.

Words are matched by their letters: a page sets its own spaces, marks and line breaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mstation.breakdown.scene import Beat, Presence
from mstation.cut.timeline import ActionClip, Clip, VoiceClip
from mstation.identity import opaque_id
from mstation.screenplay.layout.printed import PrintedPage
from mstation.screenplay.script import ElementKind, Script
from mstation.sheets.reel import Reel, heard_stretch

_SPOKEN = (ElementKind.DIALOGUE, ElementKind.LYRIC)
_IN_SPEECH = (*_SPOKEN, ElementKind.PARENTHETICAL)
_A_LITTLE = 0.25  # letters: less of a line than this is none of it

Place = tuple[int, int]  # page from 0, row


@dataclass(frozen=True, slots=True)
class CoveredRow:
    """A printed line that a shot covers; seen where who speaks or acts is in the picture."""

    page: int
    row: int
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """All that one shot covers, in the order of the page."""

    clip: Clip
    rows: tuple[CoveredRow, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The letters of one beat that stand on one printed line; none where it is a cue."""

    place: Place
    start: int
    end: int


def coverage_of(reel: Reel, script: Script, pages: Sequence[PrintedPage]) -> tuple[Coverage, ...]:
    """Return what each shot covers of the printed script, in the film's order."""
    scenes = {scene.id: scene.beats for scene in reel.scenes}
    printed = _printed(pages, _beats_of_elements(reel, script))
    voices = {voice.line_id: voice for voice in reel.voices}
    actions = {action.action_id: action for action in reel.actions}
    return tuple(
        Coverage(clip, _rows(clip, scenes[clip.shot.scene_id], printed, voices, actions, reel))
        for clip in reel.clips
    )


def _beats_of_elements(reel: Reel, script: Script) -> dict[int, list[str]]:
    """Return the beats whose words each element of the script prints, its cue too."""
    known = {element.id: index for index, element in enumerate(script.elements)}
    starts = {opaque_id("bt", (each,)): index for each, index in known.items()}
    found: dict[int, list[str]] = defaultdict(list)
    for scene in reel.scenes:
        index = -1
        for beat in scene.beats:
            # who speaks with another shares the other's words
            index = starts.get(beat.id, index if beat.line else -1)
            for element in _elements(script, index) if index >= 0 else ():
                found[element].append(beat.id)
    return found


def _elements(script: Script, index: int) -> Iterator[int]:
    """Yield the elements of the paragraph or the speech that an element begins."""
    elements = script.elements
    if elements[index].kind in _SPOKEN:
        cue = index - 1
        while cue >= 0 and elements[cue].kind in (*_IN_SPEECH, ElementKind.NOTE):
            cue -= 1
        if cue >= 0 and elements[cue].kind is ElementKind.CHARACTER:
            yield from range(cue, index)
    yield index
    if elements[index].kind not in (*_SPOKEN, ElementKind.CHARACTER):
        return
    after = index + 1
    while after < len(elements) and elements[after].kind in (*_IN_SPEECH, ElementKind.NOTE):
        yield after
        after += 1


def _printed(
    pages: Sequence[PrintedPage], beats: Mapping[int, list[str]]
) -> dict[str, list[_Stretch]]:
    """Return the printed lines of each beat, with how many of its letters went before."""
    found: dict[str, list[_Stretch]] = defaultdict(list)
    for number, page in enumerate(pages):
        for line in page.lines:
            if not isinstance(line.kind, ElementKind):
                continue
            is_said = line.kind not in (ElementKind.CHARACTER, ElementKind.PARENTHETICAL)
            for beat in beats.get(line.element, ()):
                before = found[beat][-1].end if found[beat] else 0
                end = before + (letters_in(line.text) if is_said else 0)
                found[beat].append(_Stretch((number, line.row), before, end))
    return found


def letters_in(text: str) -> int:
    """Return how many letters and digits are in a text."""
    return sum(character.isalnum() for character in text)


def _rows(
    clip: Clip,
    beats: Sequence[Beat],
    printed: Mapping[str, list[_Stretch]],
    voices: Mapping[str, VoiceClip],
    actions: Mapping[str, ActionClip],
    reel: Reel,
) -> tuple[CoveredRow, ...]:
    covered: dict[Place, bool] = {}
    for beat in beats:
        share = _share(beat, clip, voices, actions, reel)
        if share is None:
            continue
        lines = printed.get(beat.id, [])
        total = max((each.end for each in lines), default=0)
        low, high = share[0] * total, share[1] * total
        for each in lines:
            if _touches(each, low, high, total):
                seen = _is_seen(beat, clip)
                covered[each.place] = covered.get(each.place, False) or seen
    if not covered:
        covered = _nearest(clip, beats, printed, voices, actions)
    return tuple(CoveredRow(page, row, seen) for (page, row), seen in sorted(covered.items()))


def _nearest(
    clip: Clip,
    beats: Sequence[Beat],
    printed: Mapping[str, list[_Stretch]],
    voices: Mapping[str, VoiceClip],
    actions: Mapping[str, ActionClip],
) -> dict[Place, bool]:
    """Return the line that a shot without a word of its own stands at.

    It leads to the first beat that comes after it, or else lingers on the last before it.
    """
    last: tuple[Place, Beat] | None = None
    for beat in beats:
        lines = printed.get(beat.id)
        timed = _timed(beat, voices, actions)
        if not lines or timed is None:
            continue
        if timed.film_first_frame >= clip.film_first_frame:
            return {lines[0].place: _is_seen(beat, clip)}
        last = (lines[-1].place, beat)
    return {last[0]: _is_seen(last[1], clip)} if last else {}


def _timed(
    beat: Beat, voices: Mapping[str, VoiceClip], actions: Mapping[str, ActionClip]
) -> VoiceClip | ActionClip | None:
    if beat.line:
        return voices.get(beat.line.id)
    return actions.get(beat.action.id) if beat.action else None


def _touches(line: _Stretch, low: float, high: float, total: int) -> bool:
    """Whether a stretch of a beat's letters is on a printed line; a cue goes with what follows."""
    if line.end > line.start:
        return min(line.end, high) - max(line.start, low) > _A_LITTLE
    return total == 0 or low <= line.start < high


def _share(
    beat: Beat,
    clip: Clip,
    voices: Mapping[str, VoiceClip],
    actions: Mapping[str, ActionClip],
    reel: Reel,
) -> tuple[float, float] | None:
    """Return from where to where of a beat's letters a shot covers, as shares of one."""
    if beat.line:
        voice = voices.get(beat.line.id)
        return _share_heard(voice, clip, reel) if voice else None
    assert beat.action
    action = actions.get(beat.action.id)
    if action is None or action.frames <= 0:
        return (0.0, 1.0) if beat.id in clip.shot.beats else None
    start = max(clip.film_first_frame - action.film_first_frame, 0) / action.frames
    end = min(clip.film_end_frame - action.film_first_frame, action.frames) / action.frames
    return (start, end) if end > start else None


def _share_heard(voice: VoiceClip, clip: Clip, reel: Reel) -> tuple[float, float] | None:
    text = " ".join(voice.text.split())
    start, end = heard_stretch(text, voice, clip, reel.rate)
    total = letters_in(text)
    if start >= end:
        return None
    if not total:
        return (0.0, 1.0)
    return letters_in(text[:start]) / total, letters_in(text[:end]) / total


def _is_seen(beat: Beat, clip: Clip) -> bool:
    """Whether who speaks or acts is in the picture; a place or a thing is seen by itself."""
    subjects = clip.shot.subjects
    if beat.line:
        return beat.line.presence is Presence.ON and beat.line.character_id in subjects
    assert beat.action
    people = beat.action.character_ids
    return not people or not subjects or any(each in subjects for each in people)
