import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.screenplay.decode import MAX_BYTES, decode

CHINESE = "第1场 内 放映室 夜\n△林晚把胶片装进放映机，看着我们的影院，不说话。\n林晚：你来了。"
TRADITIONAL = "第1場 內 放映室 夜\n△他們在這裡說話，我不是來看電影的。\n林晚：你來了，我們的國家。"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"],
)
def test_every_encoding_of_a_chinese_script_gives_its_text(encoding: str) -> None:
    assert decode(CHINESE.encode(encoding), path="x") == CHINESE


def test_big5_is_told_from_gb18030() -> None:
    assert decode(TRADITIONAL.encode("big5"), path="x") == TRADITIONAL


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028", "\x0c"])
def test_line_breaks_become_one_kind(newline: str) -> None:
    assert decode(f"one{newline}two\x1a".encode(), path="x") == "one\ntwo"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG\r\n", "PNG"),
        (b"\0\0\0\x18ftypmp42", "MP4"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><FinalDraft/>", "Final Draft"),
        (b"INT. A\x00B - DAY", "zero bytes"),
        (b"line\nbell \x07", "line 2"),
        (b"x" * (MAX_BYTES + 1), "8 MB"),
        (b"CAF\xc9 - DAY\n", "UTF-8"),
        (b"\xff\xff\xff\xff", "UTF-8"),
        (b"\xff\xfea", "UTF-16"),
    ],
)
def test_what_is_no_script_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode(data, path="film.txt")
    assert says in str(refused.value)
    assert str(refused.value).startswith("film.txt")
    assert "\n" not in str(refused.value)


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    try:
        text = decode(data, path="x")
    except InvalidInput:
        return
    assert "\r" not in text
    assert not set(text) & set("\0\x07\x1b\ufeff")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl"]), min_size=1))
def test_utf8_text_comes_back(text: str) -> None:
    if text.strip() and not text.startswith(("<", "PK", "%PDF", "RIFF", "ID3", "{\\rtf")):
        assert decode(text.encode(), path="x") == text.replace("\u2029", "\n").replace("\ufeff", "")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_blank_file_is_a_script_of_nothing(data: bytes) -> None:
    assert decode(data, path="blank.fountain").strip() == ""
