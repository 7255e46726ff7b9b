import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Presence
from mstation.screenplay.script import Language
from mstation.sheets.reel import entries_of, heard_stretch
from mstation.timebase import FrameRate
from tests.cut.film import clip, voice
from tests.sheets.film import film

RATE = FrameRate(24)
TEXTS = (
    "You said that the reel was lost.",
    "你说那卷胶片丢了，我到处找。",
    "No — never, 1971!",
    "...",
)


@given(st.sampled_from(TEXTS), st.sets(st.integers(1, 99), max_size=6), st.integers(0, 30))
def test_cuts_part_a_line_and_lose_no_letter_of_it(text: str, cuts: set[int], first: int) -> None:
    spoken = voice(text, first, 60)
    edges = [0, *sorted(cuts), 100]
    pieces = [
        text[slice(*heard_stretch(text, spoken, clip(1, start, end - start), RATE))]
        for start, end in itertools.pairwise(edges)
        if start < first + 60 and end > first
    ]
    assert "".join(pieces) == text or not "".join(pieces).strip(".")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_entry_hears_each_line_once_and_marks_what_is_cut_off(language: Language) -> None:
    entries = entries_of(film(language).reel)
    for spoken in film(language).reel.voices:
        pieces = [
            each for entry in entries for each in entry.heard if each.line_id == spoken.line_id
        ]
        text = "".join(piece.text.replace("…", "") for piece in pieces)
        assert "".join(text.split()) == "".join(spoken.text.split())
        assert pieces[0].text[0] != "…"
        assert pieces[-1].text[-1] != "…"
        assert all(piece.text.endswith("…") for piece in pieces[:-1])


def test_who_speaks_from_outside_the_picture_is_said_to() -> None:
    reel = film("en").reel
    heard = {each.speaker for entry in entries_of(reel) for each in entry.heard}
    assert "MARA" in heard
    assert "TOM" in heard
    assert "MARA (off)" in heard
    narrated = tuple(replace(voice, presence=Presence.VOICE_OVER) for voice in reel.voices)
    heard = {
        each.speaker for entry in entries_of(replace(reel, voices=narrated)) for each in entry.heard
    }
    assert heard == {"MARA (V.O.)", "TOM (V.O.)"}
