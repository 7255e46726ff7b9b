"""A director's notes are read in either language; what cannot be read is said."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown import break_down
from mstation.breakdown.scene import Breakdown
from mstation.screenplay import read
from mstation.screenplay.script import Mark, ReadingNote
from mstation.shots.direction import StyleChange, Wish
from mstation.shots.note_words import meaning, tokens_of, vocabulary, words_of
from mstation.shots.notes import wishes_of
from mstation.shots.shot import Angle, Move, Role, Size

PAGE = (Path(__file__).parents[2] / "docs" / "directing.md").read_text(encoding="utf-8")
ENGLISH = """INT. BOOTH - NIGHT

MARA (34) waits with a LETTER. TOM JONES (40) enters.

MARA
Now.

TOM JONES
Later.

INT. HALL - DAY

JUDE (20) waits.
"""
CHINESE = """第1场 内 客厅 日
人物：林晚、周师傅
道具：信
△林晚拿着一封信走进来。周师傅坐下。
林晚：你好。
周师傅：坐。
"""
TRIO = """INT. HALL - DAY

PAN (12), ARC (30) and IVY (9) wait.

PAN
Now.
"""


def film(text: str) -> Breakdown:
    return break_down(read(text.encode(), path="x"))


ENGLISH_FILM, CHINESE_FILM, TRIO_FILM = map(film, (ENGLISH, CHINESE, TRIO))
CAST = {who.id: who.name for who in (*ENGLISH_FILM.cast, *CHINESE_FILM.cast, *TRIO_FILM.cast)}
NO_FIELDS = ("beat_id", "asked", "shot_id", "first_frame", "end_frame", "locked")


def noted(
    note: str, key: str = "shot", *, of: Breakdown = ENGLISH_FILM, at: int = 1
) -> tuple[tuple[Wish, ...], tuple[StyleChange, ...], tuple[ReadingNote, ...]]:
    scene = of.scenes[0]
    beats = list(scene.beats)
    beats[at] = replace(beats[at], marks=(Mark(key, note, 41),))
    cast = {who.id: (who.name, *who.aliases) for who in of.cast}
    return wishes_of(replace(scene, beats=tuple(beats)), cast)


def said(note: str, **where: Any) -> dict[str, Any]:
    """What one note wants, without what is left to the designer; nobody doubts it."""
    (wish,), changes, doubts = noted(note, **where)
    assert (wish.asked, changes, doubts) == (note, (), ())
    fields = {name: getattr(wish, name) for name in Wish.__dataclass_fields__}
    wanted = {
        name: value
        for name, value in fields.items()
        if name not in NO_FIELDS and value not in (None, "", (), False)
    }
    if wish.subjects:
        wanted["subjects"] = [CAST[who] for who in wish.subjects]
    return wanted


def doubts_of(note: str, key: str = "shot", **where: Any) -> list[str]:
    doubts = noted(note, key, **where)[2]
    assert all(doubt.zh and doubt.zh != doubt.text for doubt in doubts)
    return [doubt.text for doubt in doubts]


MARA, TOM = ["MARA"], ["TOM JONES"]
BOTH = [*MARA, *TOM]


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        (
            "CU MARA, 85mm, slow push in",
            {"size": Size.CU, "move": Move.PUSH_IN, "lens_mm": 85.0, "subjects": MARA},
        ),
        ("push in slowly, 85 MM, on Mara: C.U.",
         {"size": Size.CU, "move": Move.PUSH_IN, "lens_mm": 85.0, "subjects": MARA}),
        ("Extreme Close-Up of Mara's eyes", {"size": Size.ECU, "subjects": MARA}),
        ("OTS MARA over TOM", {"role": Role.OTS, "subjects": BOTH}),
        ("over Tom's shoulder, low angle",
         {"role": Role.OTS, "subjects": BOTH, "angle": Angle.LOW}),
        ("over-the-shoulder of Tom onto Mara", {"role": Role.OTS, "subjects": BOTH}),
        ("OTS MARA", {"role": Role.OTS, "subjects": BOTH}),
        ("insert LETTER, 2s",
         {"role": Role.INSERT, "size": Size.INSERT, "prop": "LETTER", "duration_s": 2.0}),
        ("CU the letter", {"role": Role.INSERT, "size": Size.INSERT, "prop": "LETTER"}),
        ("CU MARA with the letter", {"size": Size.CU, "subjects": MARA}),
        ("Mara's POV of the LETTER", {"role": Role.POV, "subjects": MARA, "prop": "LETTER"}),
        ("two-shot", {"role": Role.TWO_SHOT, "subjects": BOTH}),
        ("MS MARA and TOM JONES", {"role": Role.TWO_SHOT, "size": Size.MS, "subjects": BOTH}),
        ("wide, establishing, 4 seconds",
         {"role": Role.ESTABLISHING, "size": Size.WS, "duration_s": 4.0}),
        ("reaction TOM", {"role": Role.REACTION, "subjects": TOM}),
        ("locked off wide, bird's eye",
         {"size": Size.WS, "move": Move.STATIC, "angle": Angle.TOP}),
        ("handheld MCU MARA, dutch",
         {"size": Size.MCU, "angle": Angle.DUTCH, "handheld": True, "subjects": MARA}),
        ("crane up", {"move": Move.CRANE, "way": "up"}),
        ("pan left", {"move": Move.PAN, "way": "left"}),
        ("zoom out", {"move": Move.ZOOM, "way": "out"}),
        ("dolly zoom", {"move": Move.DOLLY_ZOOM}),
        ("track with MARA, wide angle lens",
         {"move": Move.TRACK, "lens_mm": 21.0, "subjects": MARA}),
        ("CU MARA, cross the line", {"size": Size.CU, "subjects": MARA, "breaks_axis": True}),
        ("ＣＵ　ＭＡＲＡ，８５ｍｍ", {"size": Size.CU, "lens_mm": 85.0, "subjects": MARA}),
    ],
)  # fmt: skip
def test_a_note_is_read(note: str, wanted: dict[str, Any]) -> None:
    assert said(note) == wanted


LIN, ZHOU = ["林晚"], ["周师傅"]


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        ("特写 林晚，85毫米，慢推",
         {"size": Size.CU, "lens_mm": 85.0, "move": Move.PUSH_IN, "subjects": LIN}),
        ("特写林晚", {"size": Size.CU, "subjects": LIN}),
        ("近景，仰拍，周师傅", {"size": Size.MCU, "angle": Angle.LOW, "subjects": ZHOU}),
        ("过林晚肩拍周师傅", {"role": Role.OTS, "subjects": [*ZHOU, *LIN]}),
        ("插入：信，三秒",
         {"role": Role.INSERT, "size": Size.INSERT, "prop": "信", "duration_s": 3.0}),
        ("大特写林晚的眼睛、推近、4秒",
         {"size": Size.ECU, "move": Move.PUSH_IN, "duration_s": 4.0, "subjects": LIN}),
        ("双人中景", {"role": Role.TWO_SHOT, "size": Size.MS, "subjects": [*LIN, *ZHOU]}),
        ("大远景，俯拍，摇臂上升",
         {"size": Size.EWS, "angle": Angle.HIGH, "move": Move.CRANE, "way": "up"}),
        ("向左摇", {"move": Move.PAN, "way": "left"}),
        ("手持跟拍林晚", {"move": Move.TRACK, "handheld": True, "subjects": LIN}),
        ("固定机位，全景，荷兰角",
         {"size": Size.WS, "move": Move.STATIC, "angle": Angle.DUTCH}),
        ("主观镜头 林晚", {"role": Role.POV, "subjects": LIN}),
        ("反应镜头，周师傅", {"role": Role.REACTION, "subjects": ZHOU}),
        ("环绕林晚", {"move": Move.ARC, "subjects": LIN}),
        ("变焦推近", {"move": Move.ZOOM, "way": "in"}),
        ("降", {"move": Move.PEDESTAL, "way": "down"}),
    ],
)  # fmt: skip
def test_a_chinese_note_is_read(note: str, wanted: dict[str, Any]) -> None:
    assert said(note, of=CHINESE_FILM) == wanted


@pytest.mark.parametrize(
    ("note", "doubt"),
    [
        ("CU MORA", "`CU MORA`: no such person or thing in this scene; did you mean MARA?"),
        ("CU JUDE", "`CU JUDE`: JUDE is not seen in this scene; there are MARA, TOM JONES"),
        ("CU ZORGLUB", "`CU ZORGLUB`: no such person or thing in this scene; "
         "there are MARA, TOM JONES, LETTER"),
        ("insert LADDER", "`insert LADDER`: no such person or thing in this scene; "
         "did you mean LETTER?"),
    ],
)  # fmt: skip
def test_whom_a_note_does_not_find_it_names_with_the_nearest(note: str, doubt: str) -> None:
    wishes, _, doubts = noted(note)
    assert wishes == ()
    assert [each.text for each in doubts] == [f"scene 1, line 41: {doubt}"]
    assert [each.line for each in doubts] == [41]


@pytest.mark.parametrize(
    ("note", "kept", "doubt"),
    [
        ("clse MARA", {"subjects": MARA}, "`clse` cannot be read; did you mean `close`?"),
        ("CU MARA, backlit", {"size": Size.CU, "subjects": MARA}, "`backlit` cannot be read; a"),
        ("CU MARA, 90mm", {"size": Size.CU, "subjects": MARA, "lens_mm": 85.0},
         "90mm is not in the kit; the nearest prime is 85mm"),
        ("CU MARA, 4000s", {"size": Size.CU, "subjects": MARA},
         "a shot lasts from 0.25 to 600 seconds"),
        ("CU MARA, 0mm", {"size": Size.CU, "subjects": MARA}, "no lens is that short"),
        ("CU, MS MARA", {"size": Size.CU, "subjects": MARA}, "both CU and MS; CU is shot"),
        ("tilt left", {"move": Move.TILT}, "no move of this note goes that way"),
        ("fast pan", {"move": Move.PAN}, "how fast a move goes follows from how long"),
    ],
)  # fmt: skip
def test_what_can_be_read_is_kept_and_the_rest_is_said(
    note: str, kept: dict[str, Any], doubt: str
) -> None:
    (wish,), _, (told,) = noted(note)
    for name, value in kept.items():
        is_people = name == "subjects"
        found = [CAST[who] for who in wish.subjects] if is_people else getattr(wish, name)
        assert found == value
    assert doubt in told.text
    assert told.line == 41


def test_a_chinese_doubt_names_the_scene_the_line_and_the_nearest() -> None:
    (doubt,) = noted("特写 林婉", of=CHINESE_FILM)[2]
    assert doubt.zh == ("第 1 场，第 41 行：“特写 林婉”：这场戏里没有这个人或物；是否指 林晚？")


def test_an_insert_of_nothing_asks_what_and_takes_the_only_thing_there_is() -> None:
    assert said("insert")["prop"] == "LETTER"
    assert doubts_of("insert", of=TRIO_FILM) == ["scene 1, line 41: `insert`: an insert of what?"]


def test_where_a_name_is_also_a_word_its_own_writing_is_the_name() -> None:
    assert said("CU PAN", of=TRIO_FILM) == {"size": Size.CU, "subjects": ["PAN"]}
    assert said("pan left, IVY", of=TRIO_FILM) == {
        "move": Move.PAN,
        "way": "left",
        "subjects": ["IVY"],
    }


def test_han_that_touches_what_cannot_be_read_is_no_word() -> None:
    assert noted("李升", of=CHINESE_FILM)[0] == ()
    assert said("升", of=CHINESE_FILM) == {"move": Move.PEDESTAL, "way": "up"}


def test_breaking_the_axis_is_a_wish_with_its_reason() -> None:
    (wish,), _, doubts = noted("panic", "break_axis")
    assert (wish.breaks_axis, wish.asked, doubts) == (True, "panic", ())


def test_a_style_changes_from_its_beat_on() -> None:
    beat = CHINESE_FILM.scenes[0].beats[1].id
    assert noted("紧张", "style", of=CHINESE_FILM)[1] == (StyleChange(beat, "tense", "紧张"),)


def test_an_unknown_style_is_told_with_those_there_are() -> None:
    (told,) = doubts_of("noir", "style")
    assert told.startswith("scene 1, line 41: no style is called `noir`; there are classical, ")


def test_every_word_means_one_thing_and_is_read_as_it() -> None:
    for word, meant in vocabulary().items():
        (token,) = tokens_of(word, {}, frozenset())
        assert (token.kind, token.value, token.way) == (meant.kind, meant.value, meant.way)


@pytest.mark.parametrize("noun", [Size, Angle, Move])
def test_every_value_has_words_in_both_languages(noun: type[Size | Angle | Move]) -> None:
    for value in noun:
        words = [word for word in words_of(noun) if meaning(noun, word) is value]
        assert value is Size.INSERT or any(word.isascii() for word in words)
        assert value is Size.INSERT or any(not word.isascii() for word in words)
        assert meaning(noun, value.value) is value


ROWS = re.findall(r"^\| `(\w+)` \| (`.+`) \| (`.+`) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("meant", "english", "chinese"), ROWS, ids=[row[0] for row in ROWS])
def test_the_page_tells_words_that_mean_what_it_says(
    meant: str, english: str, chinese: str
) -> None:
    for word in re.findall("`([^`]+)`", f"{english} {chinese}"):
        (token,) = tokens_of(word, {}, frozenset())
        assert token.value == meant


def test_the_page_tells_a_word_for_everything_that_can_be_wanted() -> None:
    wanted = {each.value for noun in (Size, Role, Angle, Move) for each in noun}
    assert {row[0] for row in ROWS} == wanted - {Size.INSERT.value, Role.ACTION.value}


WORDS = st.sampled_from([*vocabulary(), "MARA", "Tom Jones", "85mm", "4s", "LETTER", ",", "，"])


@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=12).map(" ".join))
def test_no_note_breaks_and_none_is_dropped_in_silence(note: str) -> None:
    wishes, changes, doubts = noted(note)
    assert changes == ()
    assert len(wishes) <= 1
    assert wishes or doubts
    for wish in wishes:
        assert set(wish.subjects) <= set(ENGLISH_FILM.scenes[0].present)
        assert wish.beat_id == ENGLISH_FILM.scenes[0].beats[1].id
