"""Which recording is for which line, by its name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.breakdown.scene import Line
from mstation.voices.take_names import LabelledLine, matched

LINES = tuple(
    LabelledLine(f"{scene}-L{number:02d}", scene, Line(f"ln-{scene.casefold()}{number}", "ch", "…"))
    for scene in ("001", "002", "012A", "A003")
    for number in range(1, 13)
)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("001-L02.wav", "ln-0012"),
        ("001-l02.WAV", "ln-0012"),
        ("1-L2.wav", "ln-0012"),
        ("001 L02 take 3.wav", "ln-0012"),
        ("001-L12_t1.wav", "ln-00112"),
        ("012A-L01.wav", "ln-012a1"),
        ("A3-L1.wav", "ln-a0031"),
        ("００１-L02.wav", "ln-0012"),
        ("001-L02（第三条）.wav", "ln-0012"),
        ("ln-0021.wav", "ln-0021"),
        ("ln-0021 good.wav", "ln-0021"),
    ],
)
def test_a_file_is_named_by_its_lines_label_or_id(name, line):
    found = matched([name], LINES)
    assert found.files == {line: name}
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("001-L20.wav", "names no line", "不对应"),
        ("O01-L02.wav", "did you mean `001-L02.wav`", "是否想写"),
        ("mara.wav", "see `lines.csv`", "见 `lines.csv`"),
        ("ln-nobody.wav", "names no line", "不对应"),
        ("001-L01.mp3", "save it as WAV", "另存为 WAV"),
    ],
)
def test_a_file_for_no_line_is_told_by_name_in_both_languages(name, english, chinese):
    found = matched([name], LINES)
    assert found.files == {}
    (doubt,) = found.doubts
    assert f"`{name}`" in doubt.text
    assert english in doubt.text
    assert f"`{name}`" in doubt.zh
    assert chinese in doubt.zh


def test_two_files_for_one_line_are_both_told_and_neither_is_used():
    found = matched(["001-L01.wav", "ln-0011.wav", "001-L02.wav"], LINES)
    assert found.files == {"ln-0012": "001-L02.wav"}
    (doubt,) = found.doubts
    for told in (doubt.text, doubt.zh):
        assert all(each in told for each in ("`001-L01.wav`", "`ln-0011.wav`", "001-L01"))


def test_what_is_no_sound_is_nobodys_business():
    assert matched(["notes.txt", "001-L01.asd", "Thumbs.db"], LINES).doubts == ()


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from([f"{line.label}.wav" for line in LINES[:9]])
        | st.text(max_size=9).map(lambda text: f"a{text.replace('/', '')}.wav"),
        max_size=4,
    )
)
def test_nothing_is_lost_every_sound_is_used_or_told(names):
    sounds = {name for name in names if name.casefold().endswith((".wav", ".mp3"))}
    found = matched(names, LINES)
    told = " ".join(doubt.text for doubt in found.doubts)
    assert all(name in found.files.values() or f"`{name}`" in told for name in sounds)
