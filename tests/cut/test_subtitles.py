"""Subtitles can be read: short lines, enough time, one at a time."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Presence
from mstation.cut.card_times import Reel, hasty, seconds_to_read
from mstation.cut.cards import Card
from mstation.cut.subtitles import cards_of, cards_of_both
from mstation.cut.timeline import VoiceClip
from mstation.cut.wording import clean, pieces, reading_of, width
from mstation.screenplay.script import Language
from mstation.timebase import FrameRate
from tests.cut.film import voice

RATE = FrameRate(24)
FILM = Reel(RATE, 24 * 60)
LONG = (
    "You said that the reel was lost, and you let me believe it for ten years. "
    "I went to every archive in the country, I wrote to everyone who ever worked here, "
    "and all that time it lay in this drawer."
)
HAN = (
    "你说那盘胶片丢了，让我信了整整十年。我跑遍了全国的资料馆，"
    "给每一个在这里工作过的人写信，可它一直就在这个抽屉里。"
)


def _lines(text: str, tongue: str, *names: str) -> list[str]:
    parts = pieces(text, reading_of(tongue), names=names)
    return [line for part in parts for line in part.lines]


def _shown(cards: tuple[Card, ...]) -> list[list[str]]:
    return [[row.shown for row in card.rows] for card in cards]


def test_a_long_speech_is_cut_at_its_stops_and_timed_by_its_words() -> None:
    cards = cards_of([voice(LONG, 24, 24 * 14)], "en", FILM)
    assert len(cards) >= 3
    assert " ".join(line for lines in _shown(cards) for line in lines) == LONG
    assert cards[0].first_frame == 24
    assert any(lines[-1].endswith("years.") for lines in _shown(cards))
    assert not hasty(cards, [reading_of("en")], FILM)


def test_han_lines_hold_sixteen_characters_and_no_stop_begins_a_line() -> None:
    clip = VoiceClip("ln-1", "001", "ch-1", "林晚", HAN, 0, 24 * 12)
    lines = [line for rows in _shown(cards_of([clip], "zh", FILM)) for line in rows]
    assert all(len(line) <= 16 for line in lines)
    assert "".join(lines) == HAN
    assert not any(line[0] in "，。！？、" for line in lines)
    assert all(line[-1] in "，。" for line in lines)


@pytest.mark.parametrize(
    ("text", "tongue", "together"),
    [
        ("We walked for two whole days, and then another 10 km through the snow.", "en", "10 km"),
        ("Tell him that nobody here has ever heard of Dr. Mara Lind before.", "en", "Mara Lind"),
        ("I left it with the people who work at the old New York Film Archive.", "en", "New York"),
        ("你去告诉所有在资料馆工作过的人林晚今天晚上就要回来了", "zh", "林晚"),
        ("我们在那个山里的小村子一共住了整整35天才走出来", "zh", "35天"),
    ],
)
def test_names_and_numbers_with_their_units_stay_together(
    text: str, tongue: str, together: str
) -> None:
    lines = _lines(text, tongue, "林晚", "MARA LIND")
    assert len(lines) > 1
    assert any(together in line for line in lines)


def test_a_line_is_parted_before_the_word_that_opens_a_phrase() -> None:
    lines = _lines("He told me that he would wait for you at the station until nine.", "en")
    assert lines == ["He told me that he would wait", "for you at the station until nine."]


def test_a_han_character_counts_one_of_sixteen_and_a_latin_letter_half() -> None:
    han, latin = reading_of("zh"), reading_of("en")
    assert width("胶片", han) == 2 * width("ab", han) == 4
    assert (han.columns // 2, han.most, latin.columns, latin.most) == (16, 9, 42, 17)
    assert width("e\u0301", latin) == 1


def test_a_short_word_stays_a_second_where_there_is_room() -> None:
    cards = cards_of([voice("No.", 0, 8), voice("Yes.", 100, 8, line="ln-2")], "en", FILM)
    assert [card.frames >= 24 for card in cards] == [True, True]


def test_two_short_lines_that_follow_at_once_share_a_card() -> None:
    said = [voice("No.", 0, 8), voice("Yes.", 12, 8, line="ln-2", character="BENNO")]
    assert _shown(cards_of(said, "en", FILM)) == [["- No.", "- Yes."]]
    assert _shown(cards_of([said[0], voice("No!", 12, 8)], "en", FILM)) == [["No.", "No!"]]


def test_a_fast_speech_is_given_the_silence_after_it() -> None:
    fast = "This is far too much to be read in the second that it takes to say it."
    cards = cards_of([voice(fast, 48, 24), voice("So?", 400, 12)], "en", FILM)
    assert cards[0].frames == RATE.frames_ceil((len(fast) - 1) / 17)
    assert not hasty(cards, [reading_of("en")], FILM)


def test_a_speech_without_silence_after_it_is_flagged_with_its_speed() -> None:
    fast = "This is far too much to be read in the second that it takes to say it."
    said = [voice(fast, 48 + 24 * n, 24, line=f"ln-{n}", character="AB"[n % 2]) for n in range(4)]
    cards = cards_of(said, "en", FILM)
    found = hasty(cards, [reading_of("en")], FILM)
    assert [each.number for each in found] == [1, 2, 3]
    assert found[1].speed == pytest.approx((len(fast) - 1) * 24 / cards[1].frames)
    ending = Reel(RATE, 72)
    assert [
        each.is_last for each in hasty(cards_of(said[:1], "en", ending), [reading_of("en")], ending)
    ] == [True]


def test_a_card_does_not_hang_over_a_cut_by_a_few_frames() -> None:
    cut = Reel(RATE, 24 * 60, (0, 100, 300))
    (pulled,) = cards_of([voice("I know where it is.", 40, 56)], "en", cut)
    assert pulled.end_frame == 98
    (held,) = cards_of([voice("I know.", 82, 22)], "en", cut)
    assert held.end_frame >= 112
    (begun,) = cards_of([voice("I know where it is.", 103, 56)], "en", cut)
    assert begun.first_frame == 100
    (filled,) = cards_of([voice("I know where it is.", 220, 64)], "en", cut)
    assert filled.end_frame == 298


def test_voices_that_are_not_there_are_in_italics() -> None:
    for presence, is_unseen in (
        (Presence.VOICE_OVER, True), (Presence.PHONE, True), (Presence.OFF_SCREEN, False),
    ):  # fmt: skip
        (card,) = cards_of([voice("It was winter.", 0, 30, presence=presence)], "en", FILM)
        assert [row.is_unseen for row in card.rows] == [is_unseen]


def test_two_who_speak_at_once_share_a_card() -> None:
    both = [voice("Stop!", 0, 24), voice("Go on!", 4, 24, line="ln-2", is_dual=True)]
    assert _shown(cards_of(both, "en", FILM)) == [["- Stop!", "- Go on!"]]


def test_a_word_that_is_spoken_otherwise_than_written_does_not_lose_the_rest() -> None:
    clip = VoiceClip("ln-1", "001", "ch-1", "MARA", "It is 1984, and I am here.", 0, 72)
    assert _shown(cards_of([clip], "en", FILM)) == [["It is 1984, and I am here."]]


def test_a_film_without_words_has_no_subtitles() -> None:
    assert cards_of([], "en", FILM) == ()


def test_two_languages_are_a_line_each_on_the_same_card() -> None:
    said = [voice(LONG, 24, 24 * 14), voice("No.", 24 * 18, 10, line="ln-2")]
    other = [voice(HAN, 24, 24 * 14), voice("不。", 24 * 18, 10, line="ln-2")]
    cards = cards_of_both(said, "en", other, "zh", FILM)
    assert all(len(card.rows) == 2 for card in cards)
    above, below = (list(dict.fromkeys(card.rows[n].text for card in cards)) for n in (0, 1))
    assert " ".join(above) == LONG + " No."
    assert "".join(below) == HAN + "不。"


# Words as people write them and as nobody does: markup, arrows, other scripts, no spaces at all.
_WRITTEN = {
    "en": "abcdefg hij. kl, mno? pqr! —-'",
    "zh": "你说那盘胶片丢了我，信整十年。！？、“”…",
    "any": "aB z0 -><&{}\\/ié你好丢。，（）مرحبا שלום ❤👨👩👧\u200d\u0301\ufe0f"
    "🇫🇷\u2028\t\n\x00\ud800",
}
_TEXTS = {
    kind: st.one_of(
        st.text(letters, min_size=1, max_size=120),
        st.lists(st.text(letters, min_size=1, max_size=9), min_size=1, max_size=40).map(" ".join),
        st.text(letters.replace(" ", ""), min_size=1, max_size=120),
    )
    for kind, letters in _WRITTEN.items()
}
_MARKED = st.sampled_from(["<i>Now</i>", "--> 2", "{\\an8}here", "00:00:01,000 --> 00:00:02,000"])


@st.composite
def films(draw: st.DrawFn) -> tuple[Language, list[VoiceClip], Reel]:
    tongue: Language = draw(st.sampled_from(["en", "zh"]))
    text = st.one_of(_TEXTS[tongue], _TEXTS["any"], _MARKED)
    rate = FrameRate.parse(draw(st.sampled_from(["24", "25", "23.976", "30"])))
    said = draw(
        st.lists(
            st.tuples(text, st.integers(-8, 90), st.integers(6, 300), st.booleans()),
            max_size=7,
        )
    )
    clips: list[VoiceClip] = []
    at = 0
    for index, (words, pause, frames, is_dual) in enumerate(said):
        at = max(0, at + pause)
        who, line = draw(st.sampled_from(["MARA", "林晚"])), f"ln-{index}"
        clips.append(voice(words, at, frames, line=line, character=who, is_dual=is_dual))
        at += frames
    cuts = draw(st.lists(st.integers(1, at + 50), max_size=8, unique=True))
    return tongue, clips, Reel(rate, at + draw(st.integers(0, 60)) + 30, (0, *sorted(cuts)))


def _check(cards: tuple[Card, ...], reel: Reel) -> None:
    """Check what holds of all subtitles, whatever is said and however fast."""
    shortest = reel.count(Fraction(5, 6))
    for card in cards:
        assert 1 <= len(card.rows) <= 2
        assert all(row.text.strip() == row.text for row in card.rows)
        assert 0 < card.frames <= 7 * reel.rate.fraction
        assert card.end_frame <= reel.frames
    for card, after in pairwise(cards):
        assert card.end_frame + 2 <= after.first_frame
    room = reel.frames - len(cards) * (shortest + 2)
    if room >= 0 and cards:
        assert all(card.frames >= shortest for card in cards)


def _letters(text: str) -> str:
    return "".join(clean(text).split())


@settings(max_examples=80, deadline=None)
@given(films())
def test_cards_are_short_apart_long_enough_and_lose_no_letter(
    film: tuple[Language, list[VoiceClip], Reel],
) -> None:
    tongue, clips, reel = film
    reading = reading_of(tongue)
    cards = cards_of(clips, tongue, reel)
    _check(cards, reel)
    for card in cards:
        assert all(width(row.shown, reading) <= reading.columns for row in card.rows)
    flagged = {each.number for each in hasty(cards, [reading], reel)}
    for number, card in enumerate(cards, 1):
        is_fast = seconds_to_read(card, [reading]) * reel.rate.fraction > card.frames
        assert is_fast == (number in flagged)
    for who in ("MARA", "林晚"):
        said = sorted(_letters("".join(c.text for c in clips if c.character == who)))
        shown = [row.text for card in cards for row in card.rows if row.speaker == who]
        assert sorted(_letters("".join(shown))) == said


@settings(max_examples=30, deadline=None)
@given(films())
def test_a_flagged_card_had_no_time_to_borrow(
    film: tuple[Language, list[VoiceClip], Reel],
) -> None:
    tongue, clips, reel = film
    cards = cards_of(clips, tongue, reel)
    for each in hasty(cards, [reading_of(tongue)], reel):
        card = cards[each.number - 1]
        after = cards[each.number].first_frame if each.number < len(cards) else reel.frames + 2
        assert card.frames == int(7 * reel.rate.fraction) or after - card.end_frame == 2


@settings(max_examples=30, deadline=None)
@given(films(), st.data())
def test_cards_of_two_languages_keep_the_rules_of_each(
    film: tuple[Language, list[VoiceClip], Reel], data: st.DataObject
) -> None:
    tongue, clips, reel = film
    other = "zh" if tongue == "en" else "en"
    texts = st.one_of(st.just(""), _TEXTS[other], _TEXTS["any"])
    translated = [voice(data.draw(texts), c.film_first_frame, c.frames) for c in clips]
    cards = cards_of_both(clips, tongue, translated, other, reel)
    _check(cards, reel)
    for card in cards:
        for row, reading in zip(card.rows, (reading_of(tongue), reading_of(other)), strict=False):
            assert width(row.text, reading) <= reading.columns
