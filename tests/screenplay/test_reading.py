import time
from pathlib import Path

import pytest
from hypothesis import given

from mstation import document
from mstation.errors import InvalidInput
from mstation.screenplay import read
from mstation.screenplay.script import SCHEMA, Script
from tests.screenplay.scraps import scripts

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
NASTY = (
    "[[",
    "/*",
    "*/ /*",
    "*",
    "_a*",
    "(\n",
    "BOB (\n",
    "\n[[a",
    "A\nb\n\n",
    "INT. X - ",
    "1-1 日 内 ",
    "甲：你好。甲：",
    "甲（",
    "人物：\n",
    "2-1\n\n",
    "  \n",
    " ",
    "A B ",
    "A (30",
    "△\n",
    "=\n",
    "· ",
)


@given(scripts())
def test_reading_never_fails_on_text(text: str) -> None:
    try:
        script = read(text.encode("utf-8", "replace"), path="x")
    except InvalidInput:
        return
    ids = [element.id for element in script.elements]
    assert len(set(ids)) == len(ids)
    lines = [element.line for element in script.elements]
    assert all(1 <= line <= text.count("\n") + text.count("\r") + 20 for line in lines)
    assert all(0 <= run.start < run.end <= len(e.text) for e in script.elements for run in e.runs)
    assert document.read(document.write(script, SCHEMA), Script, SCHEMA) == script


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("INT. A - DAY\n\nMARA\nHello.", "en"),
        ("第1场 内 客厅 日\n林晚：你好。", "zh"),
        ("INT. 医院 - 夜\n\n@林晚\n你好，我在这里。", "zh"),
        ("INT. A - DAY\n\nShe reads a long letter. It says 你好.", "en"),
    ],
)
def test_the_language_is_that_of_the_words(text: str, language: str) -> None:
    assert read(text.encode(), path="x").language == language


def test_a_named_language_is_taken() -> None:
    assert read(b"Hello.", path="x", language="zh").language == "zh"


def test_ids_come_from_content_and_turn() -> None:
    one = read(b"A.\n\nB.\n\nA.", path="x").elements
    other = read(b"A.\n\nNew.\n\nB.\n\nA.", path="y").elements
    assert [e.id for e in one] == [other[0].id, other[2].id, other[3].id]
    assert one[0].id == "el-cagyy27iev"


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no scripts of others at {CORPUS}")
def test_the_corpus_reads_with_few_doubts() -> None:
    notes = lines = 0
    for path in sorted(CORPUS.rglob("*.fountain")):
        data = path.read_bytes()
        notes += len(read(data, path=str(path)).notes)
        lines += data.count(b"\n") + 1
    assert lines > 1000
    assert notes <= lines / 100


def seconds_to_read(text: str) -> float:
    data = text.encode("utf-8") + b"\nx"
    start = time.process_time()
    read(data, path="x", language="zh")
    read(data, path="x", language="en")
    return time.process_time() - start


def of_size(unit: str, size: int) -> str:
    return (unit * (size // len(unit.encode()) + 1)).encode()[:size].decode("utf-8", "ignore")


@pytest.mark.slow
@pytest.mark.parametrize("unit", NASTY)
def test_reading_takes_linear_time(unit: str) -> None:
    small, large = (seconds_to_read(of_size(unit, size)) for size in (100_000, 400_000))
    assert large < 8 * (small + 0.05)


@pytest.mark.slow
def test_eight_megabytes_of_nasty_text_read_in_linear_time() -> None:
    blocks = "\n\n".join(of_size(unit, 20_000) for unit in NASTY)
    small, large = (
        seconds_to_read(of_size(blocks + "\n\n", size)) for size in (800_000, 8_000_000)
    )
    assert large < 16 * small
