from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.conform import read_cut, write_edl, write_fcpxml, write_otio
from mstation.errors import InvalidInput
from mstation.timebase import FrameRate
from tests.conform.cuts import cut_of, use

RATE = FrameRate(24)
GOOD = cut_of(use("a", 1000, 48, 0), use("b", 2000, 24, 48, dissolve_frames=8))


def _refused(data: bytes, said: str = ".") -> InvalidInput:
    with pytest.raises(InvalidInput, match=said) as raised:
        read_cut(data, "cut", RATE)
    assert raised.value.told("zh") != str(raised.value)
    return raised.value


LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE fcpxml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<fcpxml version="1.10"><resources/>&b;</fcpxml>"""
OUTSIDE = b"""<!DOCTYPE fcpxml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<fcpxml version="1.10"><resources/>&x;</fcpxml>"""


@pytest.mark.parametrize("data", [LAUGHS, OUTSIDE])
def test_entities_are_refused(data: bytes) -> None:
    _refused(data, "entities")


def test_a_document_type_may_be_named() -> None:
    assert read_cut(write_fcpxml(GOOD), "cut").clips


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\1\2\3",
        b"\xd0\xcf\x11\xe0 an AAF",
        b"hello",
        b"{",
        b"[]",
        b"{}",
        b"<a>",
        b"<xmeml version='5'/>",
        b"<fcpxml version='1.10'/>",
        b"TITLE: only",
        b"001 BL V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00",
        b"\xff\xfe<\0",
        b'{"OTIO_SCHEMA": "Timeline.1", "tracks": 4}',
        b'{"OTIO_SCHEMA": "Clip.1"}',
        b"<?xml version='1.0' encoding='nonsense'?><fcpxml/>",
    ],
)
def test_what_is_no_cut_is_refused_in_both_languages(data: bytes) -> None:
    _refused(data)


def test_a_hundred_megabytes_are_refused_unread() -> None:
    _refused(b"TITLE: x\n" + b" " * 100_000_000, "MB")


def test_deep_nesting_is_refused() -> None:
    _refused(b'{"a":' * 200_000)
    _refused(b"<fcpxml>" + b"<a>" * 500, "deep")
    inner: dict[str, Any] = {"OTIO_SCHEMA": "Stack.1", "children": []}
    for _ in range(100):
        inner = {"OTIO_SCHEMA": "Stack.1", "children": [inner]}
    start = {"value": 0, "rate": 24}
    whole = {"OTIO_SCHEMA": "Timeline.1", "global_start_time": start, "tracks": inner}
    _refused(json.dumps(whole).encode(), "deep")


def test_compound_clips_that_hold_each_other_are_refused() -> None:
    media = "".join(
        f"<media id='m{n}'><sequence format='f'><spine>"
        + f"<ref-clip ref='m{n + 1}' duration='10s' offset='0s'/>"
        + f"<ref-clip ref='m{n + 1}' duration='10s' offset='10s'/>"
        + "</spine></sequence></media>"
        for n in range(30)
    ).replace("m30", "m0")
    _refused(
        (
            f"<fcpxml version='1.10'><resources><format id='f' frameDuration='1/24s'/>{media}"
            "</resources><project><sequence format='f'><spine>"
            "<ref-clip ref='m0' duration='20s'/></spine></sequence></project></fcpxml>"
        ).encode()
    )


def test_more_events_than_any_film_are_refused() -> None:
    line = "{:06d} A V C 01:00:00:00 01:00:00:00 01:00:00:00 01:00:00:00\n"
    _refused("".join(line.format(n) for n in range(60_000)).encode(), "clips")


def test_a_line_without_end_is_refused() -> None:
    _refused(b"TITLE: x\n001 " + b"A " * 2_000_000, "characters")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rate": 24.0', b'"rate": NaN'),
        (b'"rate": 24.0', b'"rate": 0'),
        (b'"rate": 24.0', b'"rate": -24'),
        (b'"rate": 24.0', b'"rate": 1e999'),
        (b'"value": 1000.0', b'"value": -1000.0'),
        (b'"value": 48.0', b'"value": -48.0'),
        (b'"value": 48.0', b'"value": 48.5'),
        (b'"value": 48.0', b'"value": 1e300'),
        (b'"value": 48.0', b'"value": "48"'),
        (b'"value": 8.0', b'"value": 80.0'),
    ],
)
def test_damaged_times_of_otio_are_refused_by_their_place(old: bytes, new: bytes) -> None:
    written = write_otio(GOOD)
    assert old in written
    refused = _refused(written.replace(old, new))
    assert "timeline" in str(refused) or "JSON" in str(refused)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'frameDuration="1/24s"', b'frameDuration="0s"'),
        (b'frameDuration="1/24s"', b'frameDuration="1/0s"'),
        (b'frameDuration="1/24s"', b'frameDuration="NaN"'),
        (b'duration="52/24s"', b'duration="-52/24s"'),
        (b'duration="52/24s"', b'duration="52/25s"'),
        (b'duration="52/24s"', b'duration="53/24s"'),
        (b'duration="52/24s"', b'duration="99999999999999s"'),
        (b'start="1000/24s" duration="52/24s"', b'start="-1000/24s" duration="52/24s"'),
        (b'ref="a1"', b'ref="a9"'),
    ],
)
def test_damaged_times_of_fcpxml_are_refused_by_their_line(old: bytes, new: bytes) -> None:
    written = write_fcpxml(GOOD)
    assert old in written
    refused = _refused(written.replace(old, new))
    assert refused.line or "rate" in str(refused)


@pytest.mark.parametrize("write", [write_otio, write_edl, write_fcpxml])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_damage_is_read_or_refused(write: Any, data: st.DataObject) -> None:
    written = bytearray(write(GOOD))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(written) - 1))
        written[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    with suppress(InvalidInput):
        read_cut(bytes(written), "cut", RATE)
