"""A film's lines come back translated: none is lost, and what does not fit is told by name."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.cut.translation import translate, write_table
from mstation.errors import InvalidInput
from mstation.filled_table import read_table
from tests.cut.film import voice

SAID = (
    voice("You are late, again.", 0, 40, line="ln-a"),
    voice("No.", 50, 10, line="ln-b", character="TOM"),
    voice("No.", 70, 10, line="ln-c"),
)
HEAD = "line,character,text,translation\n"


def _texts(table: str) -> dict[str, str]:
    done = translate(read_table(table.encode(), "lines.csv"), SAID)
    return {each.line_id: each.text for each in done.voices}


def test_the_table_lists_every_line_and_is_read_back() -> None:
    data = write_table(SAID, "en")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["line", "character", "text", "translation"]
    assert [row[:3] for row in rows[1:]] == [[s.line_id, s.character, s.text] for s in SAID]
    done = translate(read_table(data, "lines.csv"), SAID)
    assert [each.en for each in done.doubts] == [
        f"“{s.character}: {s.text}” ({s.line_id}) has no translation; the original stands for it"
        for s in SAID
    ]


def test_a_row_is_known_by_its_id_or_by_its_text_and_who_says_it() -> None:
    assert _texts(HEAD + "ln-b,,,不。\n") == {"ln-a": "", "ln-b": "不。", "ln-c": ""}
    assert _texts("text,zh\nno.,不。\n") == {"ln-a": "", "ln-b": "不。", "ln-c": "不。"}
    assert _texts("text,人物,译文\nNo.,mara,没有。\n") == {"ln-a": "", "ln-b": "", "ln-c": "没有。"}


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_spreadsheets_save_it(coding: str, delimiter: str) -> None:
    text = f"line{delimiter}zh\r\nln-a{delimiter}你又迟到了\r\n".encode(coding)
    table = read_table(text, "lines.csv")
    assert (table.tongue, table.rows[0].translation) == ("zh", "你又迟到了")


def test_what_does_not_fit_is_told_in_both_languages() -> None:
    table = HEAD + "ln-x,,Gone.,没了\nln-a,,You were late.,迟到\nln-a,,,又迟到\n"
    done = translate(read_table(table.encode(), "lines.csv"), SAID)
    assert [doubt.en.split(";")[0] for doubt in done.doubts[:3]] == [
        "row 2: the film has no line “Gone.”",
        "row 3 translates “You were late.”, which now reads “You are late, again.”",
        "rows 3 and 4 both translate “MARA: You are late, again.”",
    ]
    assert len(done.doubts) == 5
    assert all(doubt.zh and doubt.zh != doubt.en for doubt in done.doubts)
    assert done.voices[0].text == "迟到"


def test_a_table_written_again_keeps_what_is_filled_and_what_is_gone() -> None:
    filled = read_table((HEAD + "ln-a,,,迟到\nln-x,TOM,Gone.,没了\n").encode(), "lines.csv")
    again = read_table(write_table(SAID, "en", filled), "lines.csv")
    assert again.tongue_for("en") == "zh"
    assert {(row.line, row.translation) for row in again.rows} == {
        ("ln-a", "迟到"), ("ln-b", ""), ("ln-c", ""), ("ln-x", "没了"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"a line\nof text", b"line,text\nx,y\n", b"line,zh,fr\na,b,c\n", b"\xff\xfe\x00",
     b"\x81"],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_name_in_both_languages(data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"lines\.csv") as refused:
        read_table(data, "lines.csv")
    assert "lines.csv" in refused.value.told("zh") != refused.value.told("en")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=3, max_size=3))
def test_a_filled_table_comes_back_whole(texts: list[str]) -> None:
    first = read_table(write_table(SAID, "en"), "lines.csv")
    rows = tuple(replace(r, translation=t.strip()) for r, t in zip(first.rows, texts, strict=True))
    again = read_table(write_table(SAID, "en", replace(first, rows=rows)), "lines.csv")
    assert [row.translation for row in again.rows] == [row.translation for row in rows]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        translate(read_table(data, "lines.csv"), SAID)
    except InvalidInput:
        return
