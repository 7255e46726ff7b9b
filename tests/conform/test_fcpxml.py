from __future__ import annotations

import re
from fractions import Fraction
from urllib.parse import quote

import pytest

from mstation.conform import CutList, MediaFile, read_cut, write_fcpxml
from mstation.errors import InvalidInput, Unsupported
from tests.conform.cuts import cut_of, use

RESOURCES = """
<format id="r1" name="FFVideoFormat1080p2398" frameDuration="1001/24000s"/>
<format id="r9" name="FFVideoFormat1080p25" frameDuration="100/2500s"/>
<asset id="a" name="A001" start="86486400/24000s" duration="4804800/24000s" hasVideo="1"
  hasAudio="1" format="r1"><media-rep kind="original-media" src="file:///SAN/A001.mov"/>
  <metadata><md key="com.apple.proapps.studio.reel" value="TAPE 1"/></metadata></asset>
<asset id="b" name="B001" start="0s" duration="4804800/24000s" hasVideo="1" format="r1"
  src="file:///SAN/B001.mov"/>
<asset id="still" name="Card" start="0s" duration="0s" hasVideo="1" src="file:///SAN/card.png"/>
<asset id="pal" name="PAL" start="0s" duration="100s" hasVideo="1" format="r9" src="p.mov"/>
<asset id="music" name="Music" start="0s" duration="100s" hasAudio="1" src="m.wav"/>
<effect id="e" name="Title" uid="t"/>
<media id="m" name="Compound"><sequence format="r1" tcStart="0s"><spine>
  <asset-clip ref="a" name="in 1" offset="0s" start="86486400/24000s" duration="24024/24000s"/>
  <asset-clip ref="b" name="in 2" offset="24024/24000s" start="0s" duration="24024/24000s"/>
</spine></sequence></media>
"""


def t(frames: int) -> str:
    return f"{frames * 1001}/24000s"


def _read(spine: str, *, version: str = "1.10", head: str = 'tcStart="86486400/24000s"') -> CutList:
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="{version}">'
        f"<resources>{RESOURCES}</resources><library><event><project name='雨夜'>"
        f'<sequence format="r1" duration="100s" tcFormat="NDF" {head}><spine>{spine}</spine>'
        "</sequence></project></event></library></fcpxml>"
    )
    return read_cut(document.encode(), "cut.fcpxml")


def _shown(spine: str) -> list[tuple[str, int, int, int]]:
    return [
        (clip.name, clip.source_first_frame, clip.record_first_frame, clip.record_end_frame)
        for clip in _read(spine).clips
    ]


def _clip(name: str, offset: int, start: int, frames: int, inside: str = "", **more: str) -> str:
    source = {"A": "a", "B": "b"}.get(name[0], more.pop("ref", "a"))
    words = " ".join(f'{key}="{value}"' for key, value in more.items())
    return (
        f'<asset-clip ref="{source}" name="{name}" offset="{t(offset)}" start="{t(start)}" '
        f'duration="{t(frames)}" {words}>{inside}</asset-clip>'
    )


HOUR = 86_400


@pytest.mark.parametrize("version", ["1.8", "1.9", "1.10", "1.11"])
def test_a_spine_is_read_exactly(version: str) -> None:
    cut = _read(
        _clip("A-1", HOUR, HOUR + 100, 48)
        + f'<gap name="Gap" offset="{t(HOUR + 48)}" start="3600s" duration="{t(24)}"/>'
        + _clip("B-1", HOUR + 72, 10, 24),
        version=version,
    )
    first, second = cut.clips
    assert (cut.title, str(cut.rate), cut.start_frame) == ("雨夜", "24000/1001", HOUR)
    assert (first.reel, first.file) == ("TAPE 1", "file:///SAN/A001.mov")
    assert (first.source_first_frame, first.source_end_frame) == (HOUR + 100, HOUR + 148)
    assert (first.head_frames, first.tail_frames) == (100, 4652)
    assert (second.record_first_frame, second.file) == (72, "file:///SAN/B001.mov")


def test_the_topmost_enabled_lane_is_seen() -> None:
    above = _clip("B-up", HOUR + 110, 0, 12, lane="1")
    hidden = _clip("B-off", HOUR + 105, 0, 40, lane="2", enabled="0")
    below = _clip("B-down", HOUR + 100, 0, 60, lane="-1")
    assert _shown(_clip("A-1", HOUR, HOUR + 100, 48, above + hidden + below)) == [
        ("A-1", HOUR + 100, 0, 10),
        ("B-up", 0, 10, 22),
        ("A-1", HOUR + 122, 22, 48),
        ("B-down", 48, 48, 60),
    ]


def test_a_connected_storyline_counts_from_its_own_start() -> None:
    story = f'<spine lane="1" offset="{t(HOUR + 110)}">{_clip("B-1", 0, 5, 4)}'
    story += f"{_clip('B-2', 4, 50, 4)}</spine>"
    assert _shown(_clip("A-1", HOUR, HOUR + 100, 48, story))[1:3] == [
        ("B-1", 5, 10, 14),
        ("B-2", 50, 14, 18),
    ]


def test_sound_and_titles_hide_nothing() -> None:
    title = f'<title ref="e" lane="1" offset="{t(HOUR)}" duration="{t(24)}" name="T"/>'
    music = f'<asset-clip ref="music" lane="2" offset="{t(HOUR)}" duration="{t(24)}" name="M"/>'
    sound = _clip("B-snd", HOUR, 0, 24, lane="3", srcEnable="audio")
    shown = _shown(_clip("A-1", HOUR, HOUR, 24, title + music + sound))
    assert shown == [("A-1", HOUR, 0, 24)]


def test_a_clip_that_holds_video_is_read_through() -> None:
    held = f'<video ref="a" offset="{t(HOUR)}" duration="{t(4800)}" name="A-in"/>'
    for name in ("clip", "sync-clip"):
        spine = f'<{name} name="C" offset="{t(HOUR)}" start="{t(HOUR + 7)}" duration="{t(10)}">'
        assert _shown(f"{spine}{held}</{name}>") == [("A-in", HOUR + 7, 0, 10)]


def test_a_compound_clip_is_followed() -> None:
    spine = f'<ref-clip ref="m" name="C" offset="{t(HOUR)}" start="{t(20)}" duration="{t(10)}"/>'
    assert _shown(spine) == [("in 1", HOUR + 20, 0, 4), ("in 2", 0, 4, 10)]


def test_an_audition_shows_what_is_picked() -> None:
    spine = f'<audition offset="{t(HOUR)}">{_clip("A-1", HOUR, HOUR, 5)}{_clip("B-1", 0, 0, 9)}'
    assert _shown(f"{spine}</audition>") == [("A-1", HOUR, 0, 5)]


def test_a_dissolve_lies_over_its_cut() -> None:
    cut = _read(
        _clip("A-1", HOUR, HOUR + 100, 48)
        + f'<transition name="Cross Dissolve" offset="{t(HOUR + 42)}" duration="{t(12)}"/>'
        + _clip("B-1", HOUR + 48, 20, 48)
    )
    first, second = cut.clips
    assert (first.record_end_frame, first.source_end_frame) == (42, HOUR + 142)
    assert (second.record_first_frame, second.source_first_frame) == (42, 14)
    assert second.dissolve_frames == 12


def test_fades_leave_a_clip_its_length() -> None:
    spine = (
        f'<transition offset="{t(HOUR)}" duration="{t(6)}"/>'
        + _clip("A-1", HOUR, HOUR + 100, 48)
        + f'<transition offset="{t(HOUR + 42)}" duration="{t(6)}"/>'
    )
    assert _shown(spine) == [("A-1", HOUR + 100, 0, 48)]
    assert _read(spine).clips[0].dissolve_frames == 6


def _retimed(times: tuple[int, int], values: tuple[int, int], start: int) -> tuple[int, int]:
    points = "".join(
        f'<timept time="{t(time)}" value="{t(value)}" interp="smooth2"/>'
        for time, value in zip(times, values, strict=True)
    )
    clip = _read(_clip("A-1", HOUR, start, 24, f"<timeMap>{points}</timeMap>")).clips[0]
    return clip.source_first_frame, clip.source_end_frame


def test_time_maps_count_as_timecode_or_from_zero() -> None:
    fast = _retimed((HOUR, HOUR + 100), (HOUR, HOUR + 200), HOUR + 10)
    assert fast == (HOUR + 20, HOUR + 68)
    assert _retimed((0, 100), (0, 200), 10) == (HOUR + 20, HOUR + 68)
    backwards = _retimed((HOUR, HOUR + 100), (HOUR + 100, HOUR), HOUR)
    assert backwards == (HOUR + 76, HOUR + 100)
    assert _retimed((HOUR, HOUR + 100), (HOUR + 5, HOUR + 5), HOUR) == (HOUR + 5, HOUR + 6)


RAMP = "".join(
    f'<timept time="{t(time)}" value="{t(value)}"/>'
    for time, value in ((HOUR, HOUR), (HOUR + 10, HOUR + 10), (HOUR + 30, HOUR + 90))
)


@pytest.mark.parametrize(
    "spine",
    [
        _clip("A-1", HOUR, HOUR, 24, f"<timeMap>{RAMP}</timeMap>"),
        _clip("A-1", HOUR, HOUR, 24, '<conform-rate srcFrameRate="25"/>'),
        _clip("P", HOUR, 0, 24, ref="pal"),
        f'<mc-clip ref="m" name="Cam" offset="{t(HOUR)}" duration="{t(10)}"/>',
        f'<ref-clip ref="zz" name="Gone" offset="{t(HOUR)}" duration="{t(10)}"/>',
    ],
)
def test_what_would_be_read_wrongly_is_refused_by_its_name(spine: str) -> None:
    with pytest.raises(Unsupported) as raised:
        _read(spine)
    name = re.search('name="([^"]+)"', spine)
    assert name
    assert f"`{name[1]}`" in str(raised.value)
    assert f"`{name[1]}`" in raised.value.told("zh")


def test_a_still_lasts_as_long_as_one_likes() -> None:
    spine = f'<video ref="still" name="Card" offset="{t(HOUR)}" start="{t(0)}" duration="{t(48)}"/>'
    clip = _read(spine).clips[0]
    assert (clip.head_frames, clip.record_end_frame) == (None, 48)


def test_clips_of_one_storyline_do_not_lie_over_each_other() -> None:
    with pytest.raises(InvalidInput, match="before it ends"):
        _read(_clip("A-1", HOUR, HOUR, 48) + _clip("A-2", HOUR + 40, HOUR, 10))


def test_two_projects_are_refused() -> None:
    project = '<project><sequence format="r1"><spine/></sequence></project>'
    document = f"<fcpxml version='1.10'><resources/>{project * 2}</fcpxml>"
    with pytest.raises(Unsupported, match="2 projects"):
        read_cut(document.encode(), "x")


def test_times_are_written_as_whole_frames_of_the_rate() -> None:
    cut = cut_of(use("a", 24, 48, 0), rate="23.976")
    written = write_fcpxml(cut, {"a": MediaFile("file:///m/" + quote("雨 a.mov"), 16, 64)}).decode()
    assert 'frameDuration="1001/24000s"' in written
    assert 'start="16016/24000s" duration="64064/24000s"' in written
    assert 'src="file:///m/%E9%9B%A8%20a.mov"' in written


def test_drop_frame_is_said() -> None:
    cut = cut_of(use("a", 107_892, 48, 0), rate="29.97")
    assert b'tcFormat="DF"' in write_fcpxml(cut)
    assert b'tcFormat="NDF"' in write_fcpxml(cut, drop_frame=False)


# What the 1.10 DTD says of the elements that are written, each with what it may hold, in order.
DTD = """
<!ELEMENT fcpxml (resources?, library)> <!ATTLIST fcpxml version CDATA #FIXED "1.10">
<!ELEMENT resources (asset | format)*>
<!ELEMENT format EMPTY> <!ATTLIST format id ID #REQUIRED frameDuration CDATA #IMPLIED
  width CDATA #IMPLIED height CDATA #IMPLIED>
<!ELEMENT asset (media-rep+, metadata?)> <!ATTLIST asset id ID #REQUIRED name CDATA #IMPLIED
  start CDATA #IMPLIED duration CDATA #IMPLIED hasVideo CDATA #IMPLIED format IDREF #IMPLIED
  hasAudio CDATA #IMPLIED videoSources CDATA #IMPLIED audioSources CDATA #IMPLIED
  audioChannels CDATA #IMPLIED>
<!ELEMENT media-rep EMPTY> <!ATTLIST media-rep kind (original-media | proxy-media)
  "original-media" src CDATA #REQUIRED>
<!ELEMENT metadata (md*)>
<!ELEMENT md EMPTY> <!ATTLIST md key CDATA #REQUIRED value CDATA #IMPLIED>
<!ELEMENT library (event)*>
<!ELEMENT event (project)*> <!ATTLIST event name CDATA #IMPLIED>
<!ELEMENT project (sequence)> <!ATTLIST project name CDATA #IMPLIED>
<!ELEMENT sequence (spine)> <!ATTLIST sequence format IDREF #REQUIRED duration CDATA #IMPLIED
  tcStart CDATA #IMPLIED tcFormat (DF | NDF) #IMPLIED>
<!ELEMENT spine (asset-clip | gap | transition)*>
<!ELEMENT gap EMPTY> <!ATTLIST gap name CDATA #IMPLIED offset CDATA #IMPLIED
  start CDATA #IMPLIED duration CDATA #REQUIRED>
<!ELEMENT transition EMPTY> <!ATTLIST transition name CDATA #IMPLIED offset CDATA #IMPLIED
  duration CDATA #REQUIRED>
<!ELEMENT asset-clip (timeMap?, metadata?)> <!ATTLIST asset-clip ref IDREF #REQUIRED
  name CDATA #IMPLIED offset CDATA #IMPLIED start CDATA #IMPLIED duration CDATA #IMPLIED
  tcFormat (DF | NDF) #IMPLIED>
<!ELEMENT timeMap (timept)*>
<!ELEMENT timept EMPTY> <!ATTLIST timept time CDATA #REQUIRED value CDATA #REQUIRED
  interp (smooth2 | linear | smooth) "smooth2">
"""


def test_what_is_written_stands_in_the_order_of_the_dtd() -> None:
    etree = pytest.importorskip("lxml.etree")
    cut = cut_of(
        use("a", 1000, 48, 0, shot_id="1", reel="T"),
        use("b", 2000, 48, 60, dissolve_frames=9, speed=Fraction(-1)),
        use("c", 2000, 48, 108, dissolve_frames=8),
    )
    media = {"a": MediaFile("/m/a.mov", 990, 99, has_sound=True, width=4096, height=1716)}
    written = write_fcpxml(cut, media).replace(
        b"<!DOCTYPE fcpxml>", f"<!DOCTYPE fcpxml [{DTD}]>".encode()
    )
    parser = etree.XMLParser(dtd_validation=True, resolve_entities=False, no_network=True)
    assert etree.fromstring(written, parser).tag == "fcpxml"
