"""The plan of a score in, its sheet music out: MusicXML 4.0, a part an instrument, a bar a bar.

The score is at concert pitch. Cues follow one another, each with its label as a rehearsal mark;
frames without music are not written. Rhythm is counted in sixteenths, and notes are those of the
MIDI file, every one.
Source: W3C Music Notation Community Group, MusicXML 4.0 (score-partwise).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from symusic import Score

from mstation.screenplay.script import Language
from mstation.sound.cue import CuePlan, Section
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.realise import TICKS, realise
from mstation.sound.score_plan import PlacedCue, ScorePlan
from mstation.timebase import FrameRate

_QUARTER = 4  # sixteenths; the file's divisions
_DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN"'
    ' "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_VALUES = (
    (16, "whole", 0),
    (12, "half", 1),
    (8, "half", 0),
    (6, "quarter", 1),
    (4, "quarter", 0),
    (3, "eighth", 1),
    (2, "eighth", 0),
    (1, "16th", 0),
)
_PARENT = {  # how far a mode's tonic lies above that of the major scale with its signature
    "ionian": 0,
    "dorian": 2,
    "phrygian": 4,
    "lydian": 5,
    "aeolian": 9,
    "gong": 0,
    "shang": 2,
    "jue": 4,
    "zhi": 7,
    "yu": 9,
}
_MODE_NAMES = {"ionian": "major", "aeolian": "minor"}
_MARKS = ((0.15, "pp"), (0.3, "p"), (0.45, "mp"), (0.6, "mf"), (0.8, "f"), (9.0, "ff"))
_FIFTHS = "FCGDAEB"
_MIDDLE_C = 60


@dataclass(frozen=True, slots=True)
class _Event:
    """Notes struck and left together, in sixteenths of the cue."""

    start: int
    end: int
    pitches: tuple[int, ...]


@dataclass(slots=True)
class _Bar:
    """A bar of the film's score; places in sixteenths of its cue."""

    number: int
    start: int
    length: int
    cue: PlacedCue
    section: Section
    marks: list[tuple[int, str, str]] = field(default_factory=list)  # place, kind, text
    is_cue_start: bool = False
    is_section_start: bool = False
    is_cue_end: bool = False


def film_musicxml(plan: ScorePlan) -> bytes:
    """Return the sheet music of a film; parts are named in the language of most of it."""
    language = plan.language
    rate = FrameRate.parse(plan.rate)
    played = [(cue, realise(cue.plan, rate)) for cue in plan.cues]
    bars = list(_bars(plan, rate, language))
    used = {track.name for _, score in played for track in score.tracks}
    names = [name for name in INSTRUMENTS if name in used] or ["grand"]
    root = ET.Element("score-partwise", version="4.0")
    _tag(_tag(root, "work"), "work-title", plan.title)
    _tag(_tag(_tag(root, "identification"), "encoding"), "software", "M-Station")
    listed = _tag(root, "part-list")
    for index, name in enumerate(names, 1):
        _listed(listed, f"P{index}", name, language)
    for index, name in enumerate(names, 1):
        part = _tag(root, "part", id=f"P{index}")
        events = {cue.label: _voices(score, name) for cue, score in played}
        before: _Bar | None = None
        for bar in bars:
            _measure(part, bar, before, events[bar.cue.label], name, is_first=index == 1)
            before = bar
        if not bars:
            _empty(part)
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8")
    return _DOCTYPE.encode() + body + b"\n"


def _listed(listed: ET.Element, part_id: str, name: str, language: Language) -> None:
    instrument = INSTRUMENTS[name]
    row = _tag(listed, "score-part", id=part_id)
    _tag(row, "part-name", instrument.zh if language == "zh" else instrument.en)
    heard = _tag(row, "score-instrument", id=f"{part_id}-I1")
    _tag(heard, "instrument-name", instrument.en)
    midi = _tag(row, "midi-instrument", id=f"{part_id}-I1")
    _tag(midi, "midi-program", str(instrument.program + 1))


def _bars(plan: ScorePlan, rate: FrameRate, language: Language) -> Iterator[_Bar]:
    number = 0
    for cue in plan.cues:
        start, own = 0, []
        for section in cue.plan.sections:
            for index, beats in enumerate(section.bars):
                number += 1
                bar = _Bar(number, start, beats * _QUARTER, cue, section)
                bar.is_section_start, bar.is_cue_start = index == 0, start == 0
                own.append(bar)
                start += bar.length
        if own:
            own[-1].is_cue_end = True
            own[0].marks.append((0, "rehearsal", cue.label))
        for place, kind, text in _marks(cue.plan, rate, language):
            bar = next((each for each in own if place < each.start + each.length), own[-1])
            bar.marks.append((place - bar.start, kind, text))
        yield from own


def _marks(plan: CuePlan, rate: FrameRate, language: Language) -> Iterator[tuple[int, str, str]]:
    """Return tempi and hits, at their sixteenths."""
    beat = 0
    starts: list[tuple[int, int]] = []
    for stretch in plan.tempo:
        yield beat * _QUARTER, "tempo", f"{stretch.bpm(rate):.2f}"
        starts.append((stretch.first_frame, beat))
        beat += stretch.beats
    for hit in plan.hits:
        if hit.accent == "none":
            continue
        index = max(i for i, (frame, _) in enumerate(starts) if frame <= hit.frame)
        stretch = plan.tempo[index]
        inside = (hit.frame - stretch.first_frame) / stretch.frames_a_beat
        why = hit.why.zh.split("：")[0] if language == "zh" else hit.why.en.split(":")[0]
        yield (starts[index][1] + round(inside)) * _QUARTER, "hit", why


def _voices(score: Score, name: str) -> list[list[_Event]]:
    """Return what an instrument plays as voices: in each, one thing after another."""
    chords: dict[tuple[int, int], list[int]] = {}
    unit = TICKS // _QUARTER
    for track in score.tracks:
        for note in track.notes if track.name == name else ():
            key = (note.time // unit, (note.time + note.duration) // unit)
            chords.setdefault(key, []).append(note.pitch)
    voices: list[list[_Event]] = []
    for (start, end), pitches in sorted(chords.items()):
        event = _Event(start, end, tuple(sorted(pitches)))
        free = next((voice for voice in voices if voice[-1].end <= start), None)
        if free is None:
            voices.append([event])
        else:
            free.append(event)
    return voices


def _measure(
    part: ET.Element,
    bar: _Bar,
    before: _Bar | None,
    voices: Sequence[Sequence[_Event]],
    name: str,
    *,
    is_first: bool,
) -> None:
    measure = _tag(part, "measure", number=str(bar.number))
    _attributes(measure, bar, before, name)
    if is_first:
        for place, kind, text in bar.marks:
            _direction(measure, place, kind, text)
    _section_marks(measure, bar, name)
    fifths = _signature(bar.section)
    filled = 0
    for number, voice in enumerate(voices or [[]], 1):
        inside = [
            event
            for event in voice
            if event.start < bar.start + bar.length and event.end > bar.start
        ]
        if number > 1 and not inside:
            continue
        if filled:
            _tag(_tag(measure, "backup"), "duration", str(bar.length))
        _voice(measure, bar, inside, number, fifths)
        filled += 1
    if bar.is_cue_end:
        line = _tag(measure, "barline", location="right")
        _tag(line, "bar-style", "light-heavy")


def _attributes(measure: ET.Element, bar: _Bar, before: _Bar | None, name: str) -> None:
    """Write what changes at a bar: divisions and clef once, key and meter when they do."""
    section = bar.section
    is_new_key = before is None or _signature(before.section) != _signature(section)
    is_new_meter = before is None or before.length != bar.length
    if not (is_new_key or is_new_meter):
        return
    attributes = _tag(measure, "attributes")
    if before is None:
        _tag(attributes, "divisions", str(_QUARTER))
    if is_new_key:
        key = _tag(attributes, "key")
        _tag(key, "fifths", str(_signature(section)))
        if section.mode in ("ionian", "aeolian", "dorian", "phrygian", "lydian"):
            _tag(key, "mode", _MODE_NAMES.get(section.mode, section.mode))
    if is_new_meter:
        time = _tag(attributes, "time")
        _tag(time, "beats", str(bar.length // _QUARTER))
        _tag(time, "beat-type", "4")
    if before is None:
        instrument = INSTRUMENTS[name]
        is_low = instrument.low + instrument.high < 2 * _MIDDLE_C + 8
        clef = _tag(attributes, "clef")
        _tag(clef, "sign", "F" if is_low else "G")
        _tag(clef, "line", "4" if is_low else "2")


def _direction(measure: ET.Element, place: int, kind: str, text: str) -> None:
    direction = _tag(measure, "direction", placement="above")
    told = _tag(direction, "direction-type")
    if kind == "tempo":
        metronome = _tag(told, "metronome")
        _tag(metronome, "beat-unit", "quarter")
        _tag(metronome, "per-minute", text)
    else:
        _tag(told, "rehearsal" if kind == "rehearsal" else "words", text)
    if place:
        _tag(direction, "offset", str(place))
    if kind == "tempo":
        _tag(direction, "sound", tempo=text)


def _section_marks(measure: ET.Element, bar: _Bar, name: str) -> None:
    """Write how loud a section means to be, and whose tune it is where it is played."""
    section = bar.section
    if not bar.is_section_start or all(part.instrument != name for part in section.orchestration):
        return
    level = section.dynamics[0] if bar.is_cue_start else section.dynamics[1]
    mark = next(mark for limit, mark in _MARKS if level < limit)
    direction = _tag(measure, "direction", placement="below")
    _tag(_tag(_tag(direction, "direction-type"), "dynamics"), mark)
    is_sung = any(
        part.role == "melody" and part.instrument == name for part in section.orchestration
    )
    if section.theme and is_sung:
        words = section.theme.why
        text = words.zh.split("，")[0] if bar.cue.plan.language == "zh" else words.en.split(",")[0]
        direction = _tag(measure, "direction", placement="above")
        _tag(_tag(direction, "direction-type"), "words", text)


def _voice(
    measure: ET.Element, bar: _Bar, events: Iterable[_Event], voice: int, fifths: int
) -> None:
    """Write one voice's bar in full: its notes, tied over its bounds, and its rests."""
    at, end = bar.start, bar.start + bar.length
    for event in events:
        first, last = max(event.start, bar.start), min(event.end, end)
        if first > at:
            _rest(measure, first - at, voice)
        spans = list(_values(last - first))
        place = first
        for span in spans:
            ties = (place > event.start, place + span[0] < event.end)
            for index, pitch in enumerate(event.pitches):
                _note(measure, pitch, span, voice, ties, fifths, in_chord=index > 0)
            place += span[0]
        at = last
    if at < end:
        _rest(measure, end - at, voice, is_whole=at == bar.start)


def _note(
    measure: ET.Element,
    pitch: int,
    value: tuple[int, str, int],
    voice: int,
    ties: tuple[bool, bool],
    fifths: int,
    *,
    in_chord: bool,
) -> None:
    note = _tag(measure, "note")
    if in_chord:
        _tag(note, "chord")
    step, alter, octave = _spelled(pitch, fifths)
    named = _tag(note, "pitch")
    _tag(named, "step", step)
    if alter:
        _tag(named, "alter", str(alter))
    _tag(named, "octave", str(octave))
    _tag(note, "duration", str(value[0]))
    kinds = [kind for kind, is_tied in zip(("stop", "start"), ties, strict=True) if is_tied]
    for kind in kinds:
        _tag(note, "tie", type=kind)
    _tag(note, "voice", str(voice))
    _tag(note, "type", value[1])
    for _ in range(value[2]):
        _tag(note, "dot")
    if kinds:
        notations = _tag(note, "notations")
        for kind in kinds:
            _tag(notations, "tied", type=kind)


def _rest(measure: ET.Element, length: int, voice: int, *, is_whole: bool = False) -> None:
    """Write a rest; those of a second voice and further are understood, not printed."""
    values: Iterable[tuple[int, str, int]] = [(length, "", 0)] if is_whole else _values(length)
    for units, kind, dots in values:
        note = _tag(measure, "note")
        if voice > 1:
            note.set("print-object", "no")
        rest = _tag(note, "rest")
        if is_whole:
            rest.set("measure", "yes")
        _tag(note, "duration", str(units))
        _tag(note, "voice", str(voice))
        if kind:
            _tag(note, "type", kind)
        for _ in range(dots):
            _tag(note, "dot")


def _empty(part: ET.Element) -> None:
    """Write the one bar of rest that a score without music has."""
    measure = _tag(part, "measure", number="1")
    _tag(_tag(measure, "attributes"), "divisions", str(_QUARTER))
    _rest(measure, 4 * _QUARTER, 1, is_whole=True)


def _values(length: int) -> Iterator[tuple[int, str, int]]:
    """Return the note values that a length is written with, the longest first."""
    while length:
        value = next(value for value in _VALUES if value[0] <= length)
        yield value
        length -= value[0]


def _signature(section: Section) -> int:
    """Return a section's key signature: so many sharps, or flats below nought."""
    fifths = (section.tonic - _PARENT[section.mode]) * 7 % 12
    return fifths - 12 if fifths > len(_FIFTHS) - 1 else fifths


def _spelled(pitch: int, fifths: int) -> tuple[str, int, int]:
    """Return step, alteration and octave of a pitch, spelled nearest to its key."""
    centre = fifths + 2  # of the seven tones of the key, on the line of fifths; C is 0
    near = [place for place in range(centre - 6, centre + 7) if place * 7 % 12 == pitch % 12]
    place = min(near, key=lambda each: (abs(each - centre), each))
    octaves, step = divmod(place + 1, len(_FIFTHS))
    return _FIFTHS[step], octaves, (pitch - octaves) // 12 - 1


def _tag(
    parent: ET.Element, name: str, text: str | None = None, /, **attributes: str
) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = text
    return made
