from __future__ import annotations

from fractions import Fraction

import pytest

from mstation.conform import CutList, read_cut, write_edl
from mstation.conform.write_edl import reels_of
from mstation.errors import InvalidInput
from mstation.timebase import FrameRate
from tests.conform.cuts import cut_of, use

HOUR = 86_400

AVID = """TITLE:   REEL_3_V12
FCM: NON-DROP FRAME

000001  A012C003_250611_R1VK          V     C        14:05:10:02 14:05:12:02 01:00:00:00 01:00:02:00
* FROM CLIP NAME:  22A-3*
* SOURCE FILE: A012C003_250611_R1VK
000002  A012C003_250611_R1VK          V     C        14:05:12:02 14:05:12:02 01:00:02:00 01:00:02:00
000002  A013C001_250611_R1VK          V     D    024 09:00:00:12 09:00:03:12 01:00:02:00 01:00:05:00
* FROM CLIP NAME:  22A-3*
* TO CLIP NAME:  22B-1
* SOURCE FILE: A012C003_250611_R1VK
* SOURCE FILE: A013C001_250611_R1VK
000003  A013C002_250611_R1VK          V     C        09:10:00:00 09:10:02:00 01:00:05:00 01:00:06:00
M2      A013C002_250611_R1VK       048.0                09:10:00:00
* FROM CLIP NAME:  22C-1
000004  A013C002_250611_R1VK          AA    C        09:10:00:00 09:10:02:00 01:00:05:00 01:00:07:00
* FROM CLIP NAME:  A SOUND
"""

PREMIERE = """TITLE: Sequence 01
FCM: DROP FRAME

001  AX       V     C        01:00:58;00 01:01:00;02 00:00:58;00 00:01:00;02
* FROM CLIP NAME: sc01_sh010_v003.mov

002  AX       AA/V  C        01:00:00;00 01:00:02;00 00:01:00;02 00:01:02;02
* FROM CLIP NAME: sc01_sh020_v001.mov

003  BL       V     C        00:00:00;00 00:00:00;00 00:01:02;02 00:01:02;02
003  AX       V     D    030 01:00:00;00 01:00:02;00 00:01:02;02 00:01:04;02
* FROM CLIP NAME: BLACK
* TO CLIP NAME: sc01_sh030.mov
"""

RESOLVE = """TITLE: Timeline 1
FCM: NON-DROP FRAME

001  014002   V     C        01:00:00:00 01:00:04:00 01:00:00:00 01:00:04:00
*FROM CLIP NAME: 014-002.mov

002  014003   V     C        01:00:01:00 01:00:03:00 01:00:04:00 01:00:08:00
M2   014003   012.0          01:00:01:00
*FROM CLIP NAME: 014-003.mov

003  014004   V     C        01:00:01:00 01:00:03:00 01:00:08:00 01:00:10:00
M2   014004   -024.0         01:00:03:00
*FROM CLIP NAME: 014-004.mov

004  014005   V     C        01:00:01:00 01:00:01:01 01:00:10:00 01:00:11:00
M2   014005   000.0          01:00:01:00
*FROM CLIP NAME: 014-005.mov
"""


def _read(text: str, rate: str = "24", encoding: str = "utf-8") -> CutList:
    return read_cut(text.encode(encoding), "cut.edl", FrameRate.parse(rate))


def test_avid_writes_long_reels_two_line_dissolves_and_speeds() -> None:
    cut = _read(AVID)
    first, second, third = cut.clips
    assert (cut.title, cut.start_frame) == ("REEL_3_V12", HOUR)
    assert (first.name, first.reel) == ("22A-3*", "A012C003_250611_R1VK")
    assert (first.record_first_frame, first.record_end_frame) == (0, 48)
    assert (second.name, second.dissolve_frames) == ("22B-1", 24)
    assert second.file == "A013C001_250611_R1VK"
    assert (second.record_first_frame, second.record_end_frame) == (48, 120)
    assert (third.name, third.speed) == ("22C-1", 2)
    assert third.source_end_frame - third.source_first_frame == 48


def test_premiere_counts_drop_frame() -> None:
    cut = _read(PREMIERE, "29.97")
    assert [clip.name for clip in cut.clips] == [
        "sc01_sh010_v003.mov",
        "sc01_sh020_v001.mov",
        "sc01_sh030.mov",
    ]
    assert [clip.record_end_frame for clip in cut.clips] == [60, 120, 180]
    assert cut.clips[1].source_first_frame == 107_892
    assert cut.clips[2].dissolve_frames == 30


def test_resolve_slows_reverses_and_freezes() -> None:
    cut = _read(RESOLVE)
    assert [clip.speed for clip in cut.clips] == [1, Fraction(1, 2), -1, 0]
    assert [clip.source_end_frame - clip.source_first_frame for clip in cut.clips] == [
        96,
        48,
        48,
        1,
    ]


def test_the_highest_track_is_seen() -> None:
    cut = _read(
        "TITLE: x\n"
        "001 LOW V C 01:00:00:00 01:00:10:00 01:00:00:00 01:00:10:00\n"
        "002 HIGH V2 C 02:00:00:00 02:00:02:00 01:00:04:00 01:00:06:00\n"
        "003 BOTH B C 03:00:00:00 03:00:01:00 01:00:10:00 01:00:11:00\n"
        "004 SOUND A2 C 03:00:00:00 03:00:01:00 01:00:10:00 01:00:11:00\n"
    )
    shown = [(c.name, c.source_first_frame, c.record_first_frame) for c in cut.clips]
    assert shown == [
        ("LOW", HOUR, 0),
        ("HIGH", 2 * HOUR, 96),
        ("LOW", HOUR + 144, 144),
        ("BOTH", 3 * HOUR, 240),
    ]


def test_a_wipe_is_read_as_a_dissolve() -> None:
    cut = _read(
        "001 A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00\n"
        "002 A V C 01:00:02:00 01:00:02:00 01:00:02:00 01:00:02:00\n"
        "002 B V W001 012 01:00:00:00 01:00:02:00 01:00:02:00 01:00:04:00\n"
    )
    assert [clip.dissolve_frames for clip in cut.clips] == [0, 12]


def test_a_clip_is_seen_to_the_end_of_its_fade_to_black() -> None:
    cut = _read(
        "001 A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00\n"
        "002 A V C 01:00:02:00 01:00:02:00 01:00:02:00 01:00:02:00\n"
        "002 BL V D 024 00:00:00:00 00:00:02:00 01:00:02:00 01:00:04:00\n"
    )
    assert [clip.record_end_frame for clip in cut.clips] == [72]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_chinese_names_are_read_in_every_encoding(encoding: str, ending: str) -> None:
    text = (
        "TITLE: 第三本\n001 A001 V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00\n"
        "* FROM CLIP NAME: 雨夜-12\n"
    )
    cut = _read(text.replace("\n", ending), encoding=encoding)
    assert (cut.title, cut.clips[0].name) == ("第三本", "雨夜-12")


def test_the_rate_must_be_given() -> None:
    with pytest.raises(InvalidInput, match="give the rate") as raised:
        read_cut(RESOLVE.encode(), "cut.edl")
    assert "帧率" in raised.value.told("zh")


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ("FCM: DROP FRAME", 2, "29.97"),
        ("001 A V C 01:00:00:00 01:00:02:00 01:00:00:00", 2, "four timecodes"),
        ("001 A V C 01:00:00:00 01:00:02:24 01:00:00:00 01:00:02:00", 2, "not a timecode"),
        ("001 A V C 01:00:02:00 01:00:00:00 01:00:00:00 01:00:02:00", 2, "before its in"),
        ("001 A V C 01:00:00:00 01:00:03:00 01:00:00:00 01:00:02:00", 2, "M2"),
        ("001 A V D 100 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00", 2, "longer than"),
        (
            "001 A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00\nM2 A fast 01:00:00:00",
            3,
            "M2",
        ),
        (
            "001 A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00\n"
            "002 B V C 01:00:00:00 01:00:02:00 01:00:01:00 01:00:03:00",
            3,
            "lies over",
        ),
        (
            "001 A V C 01:00:00:00 01:00:09:00 01:00:00:00 01:00:02:00\nM2 A 048.0 01:00:00:00",
            3,
            "does not fit",
        ),
    ],
)
def test_faults_are_told_by_their_line(lines: str, line: int, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as raised:
        _read(f"TITLE: x\n{lines}\n")
    assert raised.value.line == line
    assert f"第 {line} 行" in raised.value.told("zh")


def test_a_hundred_percent_of_23976_is_written_as_either_rate() -> None:
    for speed in ("024.0", "023.976", "23.98"):
        cut = _read(
            "001 A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00\n"
            f"M2 A {speed} 01:00:00:00\n",
            "23.976",
        )
        assert cut.clips[0].speed == 1


def test_reels_are_plain_and_each_its_own() -> None:
    clips = [use(name, 0, 1, 0) for name in ("a-1", "A_1", "雨", "夜", "BL", "x" * 40)]
    reels = reels_of(clips)
    assert list(reels.values()) == ["A_1", "A_1_2", "REEL", "REEL_2", "BL_2", "X" * 40]


def test_text_cannot_break_out_of_its_line() -> None:
    cut = cut_of(use("a\n002 X V C", 100, 24, 0, shot_id="s\r\nM2"), title="t\nFCM: DROP FRAME")
    assert len(read_cut(write_edl(cut), "x", cut.rate).clips) == 1


def test_events_of_one_number_keep_their_own_names() -> None:
    cut = _read(
        "001 A V C 01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00\n* FROM CLIP NAME: one\n"
        "001 A V C 01:00:00:00 01:00:02:00 01:00:02:00 01:00:04:00\n* FROM CLIP NAME: two\n"
    )
    assert [clip.name for clip in cut.clips] == ["one", "two"]


def test_the_speed_of_what_a_dissolve_leaves_is_not_that_of_what_it_comes_to() -> None:
    cut = _read(
        "001 A V C 01:00:00:00 01:00:04:00 01:00:00:00 01:00:02:00\nM2 A 048.0 01:00:00:00\n"
        "002 A V C 01:00:04:00 01:00:04:00 01:00:02:00 01:00:02:00\n"
        "002 B V D 024 02:00:00:00 02:00:02:00 01:00:02:00 01:00:04:00\n"
        "M2 A 048.0 01:00:04:00\n"
    )
    assert [clip.speed for clip in cut.clips] == [2, 1]


def test_an_auxiliary_source_has_no_reel() -> None:
    assert {clip.reel for clip in _read(PREMIERE, "29.97").clips} == {""}
