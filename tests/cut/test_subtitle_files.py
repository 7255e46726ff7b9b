"""What is written as SubRip and WebVTT, other programs read as it was meant."""

from __future__ import annotations

import re
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Presence
from mstation.cut.card_times import Reel
from mstation.cut.cards import Card, Row
from mstation.cut.subrip import write_srt
from mstation.cut.subtitles import cards_of
from mstation.cut.webvtt import write_vtt
from mstation.cut.wording import clean
from mstation.timebase import FrameRate
from tests.cut.film import voice

RATE = FrameRate(24)
CARDS = (
    Card(12, 48, (Row("If a < b & c > d,", "MARA"), Row("then <i>go</i> --> there.", "MARA"))),
    Card(60, 90, (Row("Stop!", "MARA", is_dashed=True), Row("No.", "TOM & CO", is_dashed=True))),
    Card(100, 150, (Row("那年冬天", "林晚", is_unseen=True),)),
    Card(160, 190, (Row("12", "MARA"), Row("{\\an8}Up <b>there", "MARA"))),
)


def _decoded(data: bytes, kind: str, folder: Path) -> list[tuple[int, int, str]]:
    """Return FFmpeg's reading: begin and length in milliseconds, and the text with its styles."""
    path = folder / f"read.{kind}"
    path.write_bytes(data)
    found = []
    with av.open(str(path)) as file:
        stream = file.streams.subtitles[0]
        for packet in file.demux(stream):
            if packet.pts is None:
                continue
            base = packet.time_base * 1000
            for subtitle in packet.decode():
                text = subtitle.ass.decode().split(",", 8)[8]
                found.append((round(packet.pts * base), round(packet.duration * base), text))
    return found


def _lines(ass: str) -> list[str]:
    """Return what is seen: styles left out, characters without width too."""
    plain = re.sub(r"\{\\[^}]*\}", "", ass).replace("\\{{}", "{")  # an escaped brace
    return [line.replace("\u2060", "") for line in plain.split("\\N")]


def _times(cards: tuple[Card, ...]) -> list[tuple[int, int]]:
    each = ((round(c.first_frame * 1000 / 24), round(c.end_frame * 1000 / 24)) for c in cards)
    return [(first, end - first) for first, end in each]


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_another_program_reads_every_card_back(kind: str, tmp_path: Path) -> None:
    data = write_srt(CARDS, RATE) if kind == "srt" else write_vtt(CARDS, "en", RATE)
    read = _decoded(data, kind, tmp_path)
    assert [(first, length) for first, length, _ in read] == _times(CARDS)
    assert [_lines(text) for *_, text in read] == [[r.shown for r in c.rows] for c in CARDS]
    assert "{\\i1}" in read[2][2]
    assert all("{\\i1}" not in text for *_, text in (read[0], read[1], read[3]))


def test_webvtt_says_its_language_and_who_speaks() -> None:
    text = write_vtt(CARDS, "en", RATE).decode()
    head, *cues = text.split("\n\n")
    assert head.split("\n") == ["WEBVTT", "Kind: subtitles", "Language: en"]
    assert (
        "<v MARA>If a &lt; b &amp; c &gt; d,\nthen &lt;i&gt;go&lt;/i&gt; --&gt; there.</v>" in text
    )
    assert "<v MARA>- Stop!</v>\n<v TOM &amp; CO>- No.</v>" in text
    assert "<v 林晚><i>那年冬天</i></v>" in text
    assert len(cues) == len(CARDS)
    assert all(cue.split("\n")[1].count("-->") == 1 and cue.count("-->") == 1 for cue in cues)


def test_subrip_has_italics_for_voices_that_are_not_there() -> None:
    said = [voice("It was winter.", 0, 30, presence=Presence.VOICE_OVER)]
    written = write_srt(cards_of(said, "en", Reel(RATE, 100)), RATE).decode()
    assert written == "1\n00:00:00,000 --> 00:00:01,625\n<i>It was winter.</i>\n\n"


words = st.text("aB1 <>&{}/\\i-–>b0:,你好。é❤\u200d\n", min_size=1, max_size=60).filter(
    lambda text: any(letter.isalnum() for letter in clean(text))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, min_size=1, max_size=5))
def test_whatever_is_said_is_neither_markup_nor_a_time(
    tmp_path_factory: pytest.TempPathFactory, said: list[str]
) -> None:
    clips = [voice(text, 100 * n, 90, line=f"ln-{n}") for n, text in enumerate(said)]
    cards = cards_of(clips, "en", Reel(RATE, 100 * len(said)))
    folder = tmp_path_factory.mktemp("read")
    for kind, data in (("srt", write_srt(cards, RATE)), ("vtt", write_vtt(cards, "en", RATE))):
        read = _decoded(data, kind, folder)
        assert [(first, length) for first, length, _ in read] == _times(cards)
        assert not re.search(r"\{\\", "".join(text for *_, text in read))
