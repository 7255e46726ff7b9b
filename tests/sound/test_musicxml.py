"""Sheet music: every bar is full in every part and voice, and every note is the MIDI's."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

import pytest

from mstation.screenplay.script import Language
from mstation.sound.musicxml import film_musicxml
from mstation.sound.palette import INSTRUMENTS
from mstation.sound.realise import TICKS, realise
from mstation.sound.score import plan_score
from mstation.sound.score_plan import ScorePlan
from mstation.sound.spots import Spotting
from mstation.timebase import FrameRate
from tests.sound.spotted import film_of

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def _written(seed: int, language: Language) -> tuple[ScorePlan, ET.Element]:
    plan = plan_score(film_of(seed, 7, language))
    return plan, ET.fromstring(film_musicxml(plan))


@pytest.mark.parametrize(("seed", "language"), [(1, "en"), (2, "zh"), (3, "en")])
def test_every_bar_is_full_in_every_part_and_voice(seed: int, language: Language) -> None:
    plan, root = _written(seed, language)
    beats = [bar for cue in plan.cues for section in cue.plan.sections for bar in section.bars]
    for part in root.iter("part"):
        measures = part.findall("measure")
        assert len(measures) == len(beats)
        for measure, length in zip(measures, beats, strict=True):
            filled: Counter[str] = Counter()
            at = 0
            for event in measure:
                units = int(event.findtext("duration", "0"))
                if event.tag == "backup":
                    at -= units
                elif event.tag == "note" and event.find("chord") is None:
                    filled[event.findtext("voice", "")] += units
                    at += units
            assert set(filled.values()) == {4 * length}
            assert at == 4 * length


@pytest.mark.parametrize(("seed", "language"), [(1, "en"), (2, "zh")])
def test_the_notes_are_the_midis(seed: int, language: Language) -> None:
    plan, root = _written(seed, language)
    names = {row.get("id"): row.findtext("part-name", "") for row in root.iter("score-part")}
    found: Counter[tuple[str, int, int, int]] = Counter()
    for part in root.iter("part"):
        found.update((names[part.get("id")], *note) for note in _sounding(part))
    assert found == _of_midi(plan, language)


def _sounding(part: ET.Element) -> list[tuple[int, int, int]]:
    """Return start, end and pitch of each note of a part, ties joined, in sixteenths."""
    held: dict[tuple[int, str, int], int] = {}
    notes: list[tuple[int, int, int]] = []
    at = start = 0
    for measure in part.iter("measure"):
        for event in measure:
            units = int(event.findtext("duration", "0"))
            if event.tag == "backup":
                at -= units
            if event.tag != "note":
                continue
            if event.find("chord") is None:
                start, at = at, at + units
            if event.find("rest") is not None:
                continue
            pitch = _pitch(event)
            ties = {tie.get("type") for tie in event.iter("tie")}
            key = (start, event.findtext("voice", ""), pitch)
            first = held.pop(key) if "stop" in ties else start
            if "start" in ties:
                held[start + units, key[1], pitch] = first
            else:
                notes.append((first, start + units, pitch))
    assert not held
    return notes


def _pitch(note: ET.Element) -> int:
    octave = int(note.findtext("pitch/octave", ""))
    alter = int(note.findtext("pitch/alter", "0"))
    return 12 * (octave + 1) + _STEPS[note.findtext("pitch/step", "")] + alter


def _of_midi(plan: ScorePlan, language: Language) -> Counter[tuple[str, int, int, int]]:
    notes: Counter[tuple[str, int, int, int]] = Counter()
    before, unit = 0, TICKS // 4
    for cue in plan.cues:
        for track in realise(cue.plan, FrameRate.parse(plan.rate)).tracks:
            named = INSTRUMENTS[track.name]
            for note in track.notes:
                assert note.time % unit == note.duration % unit == 0
                start = before + note.time // unit
                name = named.zh if language == "zh" else named.en
                notes[name, start, start + note.duration // unit, note.pitch] += 1
        before += 4 * sum(section.beats for section in cue.plan.sections)
    return notes


def test_cues_tempi_and_hits_are_written_where_a_conductor_reads_them() -> None:
    plan, root = _written(1, "en")
    first = next(root.iter("part"))
    assert [mark.text for mark in first.iter("rehearsal")] == [cue.label for cue in plan.cues]
    assert len(list(first.iter("metronome"))) == sum(len(cue.plan.tempo) for cue in plan.cues)
    hits = [hit for cue in plan.cues for hit in cue.plan.hits if hit.accent != "none"]
    assert sum(words.text == "a cut" for words in first.iter("words")) == len(hits)


def test_sheet_music_is_the_same_each_time_and_of_no_music_a_bar_of_rest() -> None:
    plan = plan_score(film_of(1, 3, "en"))
    assert film_musicxml(plan) == film_musicxml(plan)
    empty = ET.fromstring(film_musicxml(plan_score(Spotting("f", "24", 9, 1, ()))))
    assert len(list(empty.iter("measure"))) == 1
