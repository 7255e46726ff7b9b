"""Subtitles can be read: short lines, enough time, one at a time."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Presence
from mstation.cut.subtitles import write_srt
from mstation.cut.timeline import VoiceClip
from mstation.timebase import FrameRate
from tests.cut.film import voice

RATE = FrameRate(24)
LONG = (
    "You said that the reel was lost, and you let me believe it for ten years. "
    "I went to every archive in the country, I wrote to everyone who ever worked here, "
    "and all that time it lay in this drawer."
)
HAN = (
    "你说那盘胶片丢了，让我信了整整十年。我跑遍了全国的资料馆，"
    "给每一个在这里工作过的人写信，可它一直就在这个抽屉里。"
)


def _read(data: bytes) -> list[tuple[int, int, list[str]]]:
    cards = []
    for block in data.decode().strip().split("\n\n"):
        number, times, *lines = block.split("\n")
        assert int(number) == len(cards) + 1
        start, end = (_milliseconds(time) for time in times.split(" --> "))
        cards.append((start, end, lines))
    return cards


def _milliseconds(text: str) -> int:
    hours, minutes, seconds, thousandths = (int(part) for part in re.split("[:,]", text))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def test_a_long_speech_is_cut_at_its_stops_and_timed_by_its_words() -> None:
    cards = _read(write_srt([voice(LONG, 24, 24 * 14)], "en", RATE))
    assert len(cards) >= 3
    assert all(len(lines) <= 2 for _, _, lines in cards)
    assert all(len(line) <= 42 for _, _, lines in cards for line in lines)
    assert " ".join(line for _, _, lines in cards for line in lines) == LONG
    assert cards[0][0] == 1000
    assert any(lines[-1].endswith("years.") for _, _, lines in cards)


def test_han_lines_hold_sixteen_characters_and_no_stop_begins_a_line() -> None:
    clip = VoiceClip("ln-1", "001", "ch-1", "林晚", HAN, 0, 24 * 12)
    cards = _read(write_srt([clip], "zh", RATE))
    lines = [line for _, _, rows in cards for line in rows]
    assert all(len(line) <= 16 for line in lines)
    assert "".join(lines) == HAN
    assert not any(line[0] in "，。！？、" for line in lines)


def test_a_short_word_stays_a_second_where_there_is_room() -> None:
    cards = _read(write_srt([voice("No.", 0, 8), voice("Yes.", 100, 8, line="ln-2")], "en", RATE))
    assert all(end - start >= 1000 for start, end, _ in cards)


def test_a_card_makes_way_for_the_next() -> None:
    cards = _read(write_srt([voice("No.", 0, 8), voice("Yes.", 12, 8, line="ln-2")], "en", RATE))
    assert cards[0][1] <= cards[1][0] == 500


def test_voices_that_are_not_there_are_in_italics() -> None:
    for presence in (Presence.VOICE_OVER, Presence.PHONE):
        cards = _read(write_srt([voice("It was winter.", 0, 30, presence=presence)], "en", RATE))
        assert cards[0][2] == ["<i>It was winter.</i>"]
    cards = _read(write_srt([voice("Mara!", 0, 30, presence=Presence.OFF_SCREEN)], "en", RATE))
    assert cards[0][2] == ["Mara!"]


def test_two_who_speak_at_once_share_a_card() -> None:
    both = [voice("Stop!", 0, 24), voice("Go on!", 4, 24, line="ln-2", is_dual=True)]
    cards = _read(write_srt(both, "en", RATE))
    assert [lines for _, _, lines in cards] == [["- Stop!", "- Go on!"]]


def test_a_word_that_is_spoken_otherwise_than_written_does_not_lose_the_rest() -> None:
    clip = VoiceClip("ln-1", "001", "ch-1", "MARA", "It is 1984, and I am here.", 0, 72)
    cards = _read(write_srt([clip], "en", RATE))
    assert cards[0][2] == ["It is 1984, and I am here."]


def test_a_film_without_words_has_no_subtitles() -> None:
    assert write_srt([], "en", RATE) == b""


words = st.lists(st.text("abcdefgh,.", min_size=1, max_size=12), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(words, st.integers(0, 100), st.integers(5, 400)), max_size=5))
def test_cards_never_overlap_and_lose_no_word(
    speeches: list[tuple[list[str], int, int]],
) -> None:
    clips, at = [], 0
    for index, (said, pause, frames) in enumerate(speeches):
        clips.append(voice(" ".join(said), at + pause, frames, line=f"ln-{index}"))
        at += pause + frames
    data = write_srt(clips, "en", RATE)
    cards = _read(data) if data else []
    for (start, end, lines), after in zip(cards, [*cards[1:], None], strict=False):
        assert start < end
        assert after is None or end <= after[0]
        assert all(_columns(line) <= 42 for line in lines)
    spoken = " ".join(" ".join(said) for said, _, _ in speeches).split()
    assert " ".join(line for _, _, lines in cards for line in lines).split() == spoken
