"""A spot in, its cue out: key and pace, sections on the beat map, phrases, themes, accents."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mstation.breakdown.scene import Mood
from mstation.identity import seed_of
from mstation.sound.beatmap import BeatMap, beat_map
from mstation.sound.cue import (
    Cadence,
    CuePlan,
    Modulation,
    Phrase,
    Place,
    Section,
    Texture,
    ThemeUse,
)
from mstation.sound.modulation import KEYS, modulate, relation
from mstation.sound.orchestration import (
    RING_LEVEL,
    accents,
    ensemble_of,
    level_of,
    parts_of,
    place_of,
    spoken_share,
    told_section,
)
from mstation.sound.palette import MODE_WORDS, MODES, Palette, palette_of
from mstation.sound.phrases import phrases_for
from mstation.sound.realise import realise
from mstation.sound.score_plan import Theme
from mstation.sound.spots import Spot, Told
from mstation.sound.themes import use_theme
from mstation.timebase import FrameRate

__all__ = ["CueThemes", "plan_cue", "realise"]

_SECTION_MIN_S = 7.0  # shorter, and a change of texture is heard as a mistake
_CUT_WEIGHT = 1.6  # a hit alone turns the music only after so much longer
_SECTION_MAX_S = 28.0
_RING_S = 6.0  # the last section: a cadence and its ring
_CHORD_MIN_S = 2.4  # chords change no faster than this
_JOURNEY_BARS = 4  # a section shorter than this stays in the key it is in
_UNSETTLED = 0.7  # tension over which a cue does not resolve
_BITTERSWEET = 0.4  # a sadness fainter than this stays in the major
_SUNG = {"theme", "sparse", "flow", "drive", "ring"}  # textures in which a tune may be heard
_WHOLE = {"theme"}
_ROOM = 0.75  # of a theme's length must fit where it is to be stated
_PASSED_ON = 0.5  # how often a variation goes to another instrument
_FIRST = ("we hear it for the first time", "这是它第一次出现")
_LAST = ("the film comes home to it", "影片最终回到它")
_REASONS = {
    Mood.CALM: ("there is time for it", "此处从容"),
    Mood.WARM: ("someone is near", "有人相伴"),
    Mood.SAD: ("it is remembered, not sung out", "是追忆，不是高歌"),
    Mood.TENSE: ("it may not be finished here", "此处容不得它唱完"),
    Mood.WONDER: ("it is seen as for the first time", "如初见"),
    Mood.ACTION: ("there is breath for its head alone", "喘息之间，只够动机一现"),
}


@dataclass(frozen=True, slots=True)
class CueThemes:
    """The themes that a cue may use: who leads, and who is heard for the first time."""

    leads: tuple[Theme, ...]
    first_heard: frozenset[str] = frozenset()
    is_last: bool = False  # the film ends with this cue


def plan_cue(spot: Spot, rate: FrameRate, themes: CueThemes, *, home: int, seed: int) -> CuePlan:
    """Return what a spot's music means to do.

    `home` is the film's tonic. Everything else follows the spot and its themes, so that a cue is
    written again only when one of those changes.
    """
    palette = palette_of(spot.mood, spot.language)
    is_bittersweet = palette.mode == "aeolian" and spot.strength < _BITTERSWEET
    mode = "ionian" if is_bittersweet else palette.mode
    tonic = (home + palette.key_step) % 12
    spot = replace(spot, speech=_joined(spot.speech, spot.frames))
    clock, turns = _clock(spot, rate, palette)
    chance = random.Random(seed_of("cue", str(seed), spot.id))
    writer = _Writer(spot, rate, palette, mode, tonic, themes, chance)
    sections = writer.sections(_spans(clock, turns, rate, spot.frames))
    seconds = float(rate.seconds(spot.frames))
    bpm = 60 * clock.beats / seconds if seconds else palette.tempo[0]
    return CuePlan(
        cue_id=spot.id,
        frames=spot.frames,
        bpm=round(bpm, 3),
        meter=palette.meter,
        tonic=tonic,
        key=KEYS[tonic],
        mode=mode,
        mood=spot.mood,
        tension=spot.tension,
        language=spot.language,
        tempo=clock.stretches,
        sections=sections,
        hits=accents(clock.landings, sections, spot),
        speech=spot.speech,
        seed=seed,
        why=_reasons(spot, palette, mode, tonic, home, bpm),
    )


def _joined(speech: Sequence[tuple[int, int]], frames: int) -> tuple[tuple[int, int], ...]:
    """Return spoken ranges in order, within the cue, overlaps made one."""
    joined: list[tuple[int, int]] = []
    for first, end in sorted((max(0, first), min(frames, end)) for first, end in speech):
        if first >= end:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((first, end))
    return tuple(joined)


def _clock(spot: Spot, rate: FrameRate, palette: Palette) -> tuple[BeatMap, list[int]]:
    """Return the cue's beats, and the frames at which its music would like to turn."""
    turns = _turns(spot, rate)
    slow, quick = palette.tempo
    ideal = spot.pace_bpm or slow + (quick - slow) * min(1.0, max(0.0, spot.tension))
    clock = beat_map(
        spot.frames,
        rate,
        spot.hits,
        turns,
        tempo=(min(slow, ideal), max(quick, ideal)),
        ideal=ideal,
        meter=palette.meter,
    )
    return clock, turns


def _turns(spot: Spot, rate: FrameRate) -> list[int]:
    """Return where a section might begin: where speech starts or stops, on hits, at the ring."""
    shortest = rate.frames_ceil(_SECTION_MIN_S)
    longest = rate.frames_ceil(_SECTION_MAX_S)
    ring = spot.frames - rate.frames_ceil(_RING_S)
    edges = {edge for span in spot.speech for edge in span}
    hits = {hit.frame for hit in spot.hits}
    starts = [0]
    for turn in sorted(edges | hits):
        if turn > ring - shortest:
            break
        if turn - starts[-1] >= (shortest if turn in edges else _CUT_WEIGHT * shortest):
            starts.append(turn)
    if ring > shortest:
        near = [hit for hit in hits if abs(hit - ring) <= shortest // 2]
        starts.append(min(near, key=lambda hit: (abs(hit - ring), hit)) if near else ring)
    turns: list[int] = []
    for first, end in zip(starts, [*starts[1:], spot.frames], strict=True):
        parts = max(1, -(-(end - first) // longest))
        turns += [first + (end - first) * part // parts for part in range(parts)]
    return [turn for turn in turns if turn > 0]


@dataclass(frozen=True, slots=True)
class _Span:
    """Frames and bars of a section to be."""

    first_frame: int
    end_frame: int
    bars: tuple[int, ...]


def _spans(clock: BeatMap, turns: Sequence[int], rate: FrameRate, frames: int) -> tuple[_Span, ...]:
    """Return the sections: each begins on the downbeat nearest to where it would like to."""
    if not clock.bars:
        return ()
    apart = rate.frames_ceil(_SECTION_MIN_S) // 2
    downbeats = [(round(clock.frame_of_beat(beat)), beat) for beat in clock.downbeats]
    starts = [(0, 0)]
    for turn in sorted(turns):
        near = min(downbeats, key=lambda each: abs(each[0] - turn))
        if near[0] - starts[-1][0] >= apart and frames - near[0] >= apart:
            starts.append(near)
    spans: list[_Span] = []
    bars = list(clock.bars)
    for (first, start), (end, stop) in pairwise([*starts, (frames, clock.beats)]):
        own: list[int] = []
        while sum(own) < stop - start:
            own.append(bars.pop(0))
        spans.append(_Span(first, end, tuple(own)))
    return tuple(spans)


class _Writer:
    """Writes a cue's sections in order; each knows what came before it."""

    def __init__(
        self,
        spot: Spot,
        rate: FrameRate,
        palette: Palette,
        mode: str,
        tonic: int,
        themes: CueThemes,
        chance: random.Random,
    ) -> None:
        self.spot, self.rate, self.palette = spot, rate, palette
        self.mode, self.tonic, self.themes, self.chance = mode, tonic, themes, chance
        self.ensemble = ensemble_of(palette, chance)
        self.heard = 0

    def sections(self, spans: Sequence[_Span]) -> tuple[Section, ...]:
        """Return the sections of the cue."""
        written: list[Section] = []
        for index, span in enumerate(spans):
            before = written[-1] if written else None
            section = self._section(index, len(spans), span, before)
            if before and section.modulation:
                written[-1] = _leaving(before, section.modulation)
            written.append(section)
        return tuple(written)

    def _section(self, index: int, count: int, span: _Span, before: Section | None) -> Section:
        spot, palette = self.spot, self.palette
        frames = (span.first_frame, span.end_frame)
        spoken = spoken_share(*frames, spot.speech)
        place = place_of(index, count, frames, spot.tension, spot.speech)
        texture = palette.textures[place]
        if place == "gap" and before and before.texture == texture:
            texture = palette.textures["open"]  # no stretch of the same for minutes
        is_due = self._is_due(place, sum(span.bars))
        if is_due and texture not in _WHOLE:
            texture = "theme"
        tonic = self._tonic(place, span, is_last=index == count - 1)
        bpm = 60 * sum(span.bars) / float(self.rate.seconds(frames[1] - frames[0]))
        goal = level_of(place, palette.level, spot.tension, spot.strength, spoken)
        theme = self._theme(texture, is_due=is_due)
        start = before.dynamics[1] if before else 0.5 * palette.level
        is_last = index == count - 1
        return Section(
            first_frame=span.first_frame,
            end_frame=span.end_frame,
            bars=span.bars,
            bpm=round(bpm, 3),
            place=place,
            tonic=tonic,
            key=KEYS[tonic],
            mode=self.mode,
            phrases=self._phrases(span, bpm, is_last=is_last),
            texture=texture,
            orchestration=parts_of(texture, self.ensemble, theme),
            dynamics=(round(start, 3), round(RING_LEVEL if is_last else goal, 3)),
            theme=theme,
            modulation=modulate(before.tonic, self.mode, tonic, self.mode) if before else None,
            why=told_section(place, texture, span.bars, palette.meter),
        )

    def _tonic(self, place: Place, span: _Span, *, is_last: bool) -> int:
        """Return a section's key: the cue goes out from its own and comes home for its close."""
        if is_last or len(span.bars) < _JOURNEY_BARS:
            return self.tonic
        return (self.tonic + self.palette.journey.get(place, 0)) % 12

    def _phrases(self, span: _Span, bpm: float, *, is_last: bool) -> tuple[Phrase, ...]:
        bar_s = self.palette.meter * 60 / bpm
        held = max(1, round(_CHORD_MIN_S / bar_s))
        last: Cadence = "half"
        if is_last:
            last = "deceptive" if self.spot.tension > _UNSETTLED else "authentic"
        return phrases_for(len(span.bars), held, self.spot.mood, self.mode, last, self.chance)

    def _is_due(self, place: Place, beats: int) -> bool:
        """Whether a theme is to be stated whole: it is new, or the film ends, and has the room."""
        leads = self.themes.leads
        if place in ("talk", "close") or self.heard >= len(leads):
            return False
        lead = leads[self.heard]
        is_wanted = lead.id in self.themes.first_heard or self.themes.is_last
        return is_wanted and beats >= _ROOM * sum(note.beats for note in lead.notes)

    def _theme(self, texture: Texture, *, is_due: bool) -> ThemeUse | None:
        """Return which theme a section has: first heard whole, then varied as the mood has it."""
        if texture not in _SUNG or not self.themes.leads:
            return None
        if texture == "ring" and self.heard >= len(self.themes.leads):
            return None  # over the last chord comes only who has not been heard yet
        lead = self.themes.leads[self.heard % len(self.themes.leads)]
        variations = self.palette.variations
        transform = variations[self.heard % len(variations)]
        instrument = lead.instrument
        reason = _REASONS[self.spot.mood]
        if is_due:
            is_new = lead.id in self.themes.first_heard
            transform, reason = "statement", _FIRST if is_new else _LAST
        elif texture not in _WHOLE:
            transform = "fragment"
        elif self.chance.random() < _PASSED_ON:
            instrument = self.ensemble["melody"]
        self.heard += 1
        words = MODE_WORDS[self.mode]
        told = Told(f"{reason[0]}, in {words[0]}", f"{reason[1]}；{words[1]}")
        return use_theme(lead, transform, instrument, len(MODES[self.mode]), told)


def _leaving(section: Section, modulation: Modulation) -> Section:
    """Return a section whose last chord is the door to the next key."""
    *phrases, last = section.phrases
    if last.bars < 2:
        return section
    harmony = (*last.harmony[:-1], modulation.chord)
    told = Told(
        f"{last.why.en}; then {modulation.why.en}", f"{last.why.zh}；随后{modulation.why.zh}"
    )
    return replace(
        section, phrases=(*phrases, replace(last, harmony=harmony, cadence="open", why=told))
    )


def _reasons(
    spot: Spot, palette: Palette, mode: str, tonic: int, home: int, bpm: float
) -> tuple[Told, ...]:
    low, high = palette.tempo
    words, mood = MODE_WORDS[mode], spot.mood.value
    way = relation(home, tonic)
    return (
        Told(
            f"{mood}, {round(100 * spot.strength)} % of it: {words[0]}",
            f"{_MOODS_ZH[spot.mood]}，{round(100 * spot.strength)} % 的分量：{words[1]}",
        ),
        Told(f"{bpm:.0f} quarters a minute, as asked for", f"每分钟 {bpm:.0f} 拍，依要求")
        if spot.pace_bpm
        else Told(
            f"tension {spot.tension:.2f} asks for {bpm:.0f} quarters a minute "
            f"between {low:g} and {high:g}; the hits bend it",
            f"张力 {spot.tension:.2f}，在每分钟 {low:g} 至 {high:g} 拍之间取 {bpm:.0f}，由落点微调",
        ),
        Told(f"against the film's home: {way.en}", f"相对全片主调：{way.zh}"),
    )


_MOODS_ZH = {
    Mood.CALM: "平静",
    Mood.TENSE: "紧张",
    Mood.SAD: "悲伤",
    Mood.WARM: "温暖",
    Mood.WONDER: "惊奇",
    Mood.ACTION: "动作",
}
